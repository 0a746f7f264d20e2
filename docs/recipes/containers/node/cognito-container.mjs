import { GenericContainer, Wait } from "testcontainers";

const PORT = 5000;

/** Starts the emulator; `allowHosts` are further names that programs call it by. */
export async function startCognito({ image = "cognito-mfa-harness", allowHosts = [] } = {}) {
  const allowed = ["localhost", ...allowHosts].flatMap((host) => ["--allow-host", host]);
  const container = await new GenericContainer(image)
    .withExposedPorts(PORT)
    .withCommand(["serve", "--host", "0.0.0.0", "--port", String(PORT), ...allowed])
    .withWaitStrategy(Wait.forHttp("/_harness/health", PORT).forStatusCode(200))
    .start();
  const endpoint = `http://${container.getHost()}:${container.getMappedPort(PORT)}`;

  /** Returns the newest code that was sent to a user. */
  async function code(username) {
    const query = new URLSearchParams({ username });
    const response = await fetch(`${endpoint}/_harness/outbox?${query}`);
    const { messages } = await response.json();
    return messages[0].code;
  }

  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const configuration = { endpoint, region: "us-east-1", credentials };
  return { endpoint, configuration, code, stop: () => container.stop() };
}
