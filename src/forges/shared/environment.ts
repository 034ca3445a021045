/** The variables that a process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable's value. An empty one is what platforms make of one that was left out. */
export function valueOf(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  return value === "" ? undefined : value;
}
