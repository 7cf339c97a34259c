// The same broadcast on socket.io: members show a token, sit in a room, and what one says everybody in it hears.
// Prints its port, ends with its standard input. The key for the tokens is its only argument.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { Server } from "socket.io";

const key = process.argv[2];
const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });

io.use((socket, next) => {
  const { room, member, seal } = socket.handshake.auth;
  const due = createHmac("sha256", key).update(`${room}.${member}`).digest("hex");
  const fits = typeof seal === "string" && seal.length === due.length && timingSafeEqual(Buffer.from(seal), Buffer.from(due));
  if (!fits) return next(new Error("not a member"));
  socket.data = { room, member };
  return next();
});

io.on("connection", (socket) => {
  socket.join(socket.data.room);
  socket.on("say", (text) => io.to(socket.data.room).emit("said", text));
});

http.listen(0, "127.0.0.1", () => console.log(http.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
