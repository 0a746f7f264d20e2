// Bundles a page and serves it, at another origin than the emulator's.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

import { build } from "esbuild";

// The name, not 127.0.0.1: an address cannot be the id of a relying party of passkeys.
const HOST = "localhost";

// The page is DOCUMENT.html in the folder page, with the script NAME.mjs. Settings may change while it is
// served.
export async function serve(name, settings, document = name) {
  const folder = new URL("page/", import.meta.url);
  const { outputFiles } = await build({
    entryPoints: [new URL(`${name}.mjs`, folder).pathname],
    bundle: true,
    define: { "process.env.NODE_ENV": '"production"' },
    format: "esm",
    write: false,
  });
  const page = ["text/html", await readFile(new URL(`${document}.html`, folder))];
  const files = {
    "/": page,
    // Where no app client expects it, unless an emulator takes any address.
    "/elsewhere": page,
    "/page.js": ["text/javascript", outputFiles[0].contents],
  };
  const server = createServer(({ url }, response) => {
    const { pathname } = new URL(url, `http://${HOST}`);
    const file =
      pathname === "/settings.json"
        ? ["application/json", JSON.stringify(settings)]
        : files[pathname];
    const [type, body] = file ?? ["text/plain", ""];
    response.writeHead(file ? 200 : 404, { "Content-Type": type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, HOST, resolve));
  return server;
}

export function addressOf(server) {
  return `http://${HOST}:${server.address().port}/`;
}
