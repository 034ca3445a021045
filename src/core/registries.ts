/** The word of `network:` that stands for all of these hosts. */
export const PACKAGE_REGISTRIES = "package-registries";

/**
 * Where the package managers of the usual languages and systems get packages from: what a command reaches if its
 * automation says nothing of `network:`. Each is the registry itself, or where its answers send clients for the files.
 * Code forges are not among them: whoever may write there could be sent things.
 */
export const REGISTRY_HOSTS: readonly string[] = [
  // npm, Yarn, and Node's own headers for native packages
  "registry.npmjs.org",
  "registry.yarnpkg.com",
  "nodejs.org",
  // PyPI
  "pypi.org",
  "files.pythonhosted.org",
  // crates.io and Rust's tool chain
  "crates.io",
  "index.crates.io",
  "static.crates.io",
  "static.rust-lang.org",
  // Go's module proxy and checksum database
  "proxy.golang.org",
  "sum.golang.org",
  // RubyGems
  "rubygems.org",
  "index.rubygems.org",
  // Maven Central and Gradle
  "repo.maven.apache.org",
  "repo1.maven.org",
  "plugins.gradle.org",
  "services.gradle.org",
  // NuGet
  "api.nuget.org",
  "globalcdn.nuget.org",
  // Composer
  "repo.packagist.org",
  "packagist.org",
  // Hex, Hackage, CPAN, CRAN, pub.dev
  "repo.hex.pm",
  "hackage.haskell.org",
  "cpan.metacpan.org",
  "cloud.r-project.org",
  "pub.dev",
  // Debian, Ubuntu, Alpine
  "deb.debian.org",
  "security.debian.org",
  "archive.ubuntu.com",
  "security.ubuntu.com",
  "dl-cdn.alpinelinux.org",
];

/** The hosts of a `network:` setting, the word for the registries spelled out. Not set: the registries alone. */
export function hostsOf(network: readonly string[] = [PACKAGE_REGISTRIES]): string[] {
  return [...new Set(network.flatMap((host) => (host === PACKAGE_REGISTRIES ? REGISTRY_HOSTS : [host])))];
}
