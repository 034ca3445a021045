import type { GitCredentials } from "../../core/forge.ts";
import type { BitbucketCloudSettings } from "./settings.ts";

/** How one token is shown to the API and to git. */
export interface Credentials {
  /** The header `Authorization` of the API. */
  readonly authorization: string;
  readonly git: GitCredentials;
}

/**
 * An API token goes with the e-mail of its account to the API, and with a fixed name to git, which does not take the
 * e-mail. Access tokens of repositories, projects and workspaces have no account: they go alone, and with another
 * fixed name. Source: Bitbucket Cloud docs, "Using API tokens" and "Using access tokens".
 */
export function credentialsOf({
  email,
  token,
}: Pick<BitbucketCloudSettings, "email" | "token">): Credentials {
  if (email === undefined) {
    return { authorization: `Bearer ${token}`, git: { username: "x-token-auth", password: token } };
  }
  const basic = Buffer.from(`${email}:${token}`).toString("base64");
  return {
    authorization: `Basic ${basic}`,
    git: { username: "x-bitbucket-api-token-auth", password: token },
  };
}
