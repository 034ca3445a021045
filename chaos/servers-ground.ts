import type { Ground } from "./ground.ts";
export function serversGround(folder: string): Promise<Ground> {
  throw new Error(folder);
}
