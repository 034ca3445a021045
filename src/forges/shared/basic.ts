const SCHEME = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/** Name and password, joined by a colon, in an `Authorization` header of basic authentication; undefined for any other. */
export function basicCredentials(authorization: string | undefined): string | undefined {
  const [, encoded] = SCHEME.exec(authorization ?? "") ?? [];
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString();
}
