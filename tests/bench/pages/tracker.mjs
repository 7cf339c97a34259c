// A WebTorrent tracker on loopback; prints its port, ends with its standard input.
import Server from "bittorrent-tracker/server";

const server = new Server({ udp: false, http: true, ws: true, stats: false, interval: 10_000 });
server.on("error", (error) => console.error(error));
server.listen(0, "127.0.0.1", () => console.log(server.http.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
