// `node node.mjs URL` prints what the session saw as JSON.
import { session } from "./session.mjs";

console.log(JSON.stringify(await session(process.argv[2], "/node")));
process.exit(0);
