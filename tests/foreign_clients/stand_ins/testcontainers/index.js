// What the recipe uses of Testcontainers for Node, with a process in place of a container: the very
// command of the container, on loopback and a free port.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

class StartedProcess {
  constructor(process, port) {
    this.process = process;
    this.port = port;
  }

  getHost() {
    return "localhost";
  }

  getMappedPort(port) {
    if (port !== 5000) throw new Error(`port ${port} is not exposed`);
    return this.port;
  }

  async stop() {
    this.process.kill();
  }
}

export class GenericContainer {
  constructor(image) {
    if (image !== "cognito-mfa-harness") throw new Error(`no image ${image}`);
  }

  withExposedPorts(...ports) {
    this.ports = ports;
    return this;
  }

  withCommand(words) {
    this.words = words;
    return this;
  }

  withWaitStrategy(strategy) {
    this.strategy = strategy;
    return this;
  }

  async start() {
    if (this.ports?.join() !== "5000") throw new Error("another port is exposed");
    const words = this.words.map((word) => (word === "0.0.0.0" ? "127.0.0.1" : word));
    words[words.indexOf("--port") + 1] = "0";
    const options = { stdio: ["ignore", "pipe", "inherit"] };
    const served = spawn(process.env.PYTHON, ["-m", "harness.cli", ...words], options);
    const lines = createInterface({ input: served.stdout });
    const [line] = await new Promise((resolve) => lines.once("line", (...given) => resolve(given)));
    const port = Number(new URL(line.split(" ").at(-1)).port);
    const ready = await fetch(`http://localhost:${port}${this.strategy.path}`);
    if (ready.status !== this.strategy.status) throw new Error(`not ready: ${ready.status}`);
    return new StartedProcess(served, port);
  }
}

export const Wait = {
  forHttp: (path, port) => ({
    forStatusCode: (status) => ({ path, port, status }),
  }),
};
