// WebTorrent as its README uses it in a browser: default store (the origin's private file system), a tracker of ours.
import WebTorrent from "./webtorrent.min.js";

const uploadLimit = Number(new URLSearchParams(location.search).get("upload") ?? -1);
const client = new WebTorrent({ dht: false, lsd: false, uploadLimit, tracker: { rtcConfig: { iceServers: [] } } });
let finish;
const finished = new Promise((resolve) => (finish = resolve));

globalThis.torrent = {
  // Resolves when the file is hashed, stored and announced, with the .torrent file as a list of bytes.
  seed(tracker) {
    const [file] = document.getElementById("file").files;
    return new Promise((resolve, reject) => {
      client.on("error", (error) => reject(error));
      client.seed(file, { announceList: [[tracker]] }, (torrent) => resolve([...torrent.torrentFile]));
    });
  },
  add(bytes) {
    client.add(new Uint8Array(bytes), (torrent) => {
      let started;
      torrent.once("download", () => (started = performance.now()));
      torrent.on("done", () => finish([started, performance.now()]));
    });
  },
  milliseconds: () => finished.then(([started, done]) => done - started),
  // When the first bytes came and when the last were verified, in milliseconds of the clock that all pages share.
  times: () => finished.then((times) => times.map((time) => performance.timeOrigin + time)),
  uploaded: () => client.torrents[0].uploaded,
  // Bytes on disk afterwards: proof that the store was a real one.
  stored: async () => (await navigator.storage.estimate()).usage,
};
