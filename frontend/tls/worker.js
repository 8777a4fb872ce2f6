// What the browser starts as the worker of the TLS module: a worker is JavaScript first.
import start from "./main.js";

await start();
