// The plainest broadcast there is: `POST /` sends its body to every open socket, as often as the header x-times says.
// Answers with the moment at which it began, on the clock that all processes of a machine share (CLOCK_MONOTONIC).
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const message = Buffer.concat(parts);
    const began = process.hrtime.bigint();
    for (let turn = 0; turn < Number(request.headers["x-times"] ?? 1); turn++) {
      for (const client of sockets.clients) client.send(message, { binary: false });
    }
    response.end(String(began));
  });
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
server.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 });
