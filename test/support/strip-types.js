import { stripTypeScriptTypes } from "node:module";

/** Jest's transformer: Node's own type stripping, so that tests run the very code that Node runs. */
export default {
  process(source) {
    return { code: stripTypeScriptTypes(source) };
  },
};
