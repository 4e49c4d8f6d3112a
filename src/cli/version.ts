/** The version, where `--version` finds it without loading models. A test holds it against the program's and the package's. */
export const VERSION = '0.2.0';
