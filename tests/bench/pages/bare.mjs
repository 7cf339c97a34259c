// The least a browser can do to move a file over one data channel: no pieces, no hashes, no storage. The page's
// caller carries the descriptions from one page to the other.
const MESSAGE = 64 * 1024;
const READ = 1024 * 1024;
const HIGH_WATER = 1024 * 1024;

const connection = new RTCPeerConnection({ iceServers: [] });
let channel;
let received = 0;
let started;
let finish;
const finished = new Promise((resolve) => (finish = resolve));

function gathered() {
  return new Promise((resolve) => {
    const look = () => connection.iceGatheringState === "complete" && resolve(connection.localDescription.toJSON());
    connection.addEventListener("icegatheringstatechange", look);
    look();
  });
}

async function drained() {
  if (channel.bufferedAmount < HIGH_WATER) return;
  await new Promise((resolve) => channel.addEventListener("bufferedamountlow", resolve, { once: true }));
}

async function send() {
  const [file] = document.getElementById("file").files;
  for (let at = 0; at < file.size; at += READ) {
    const slice = await file.slice(at, at + READ).arrayBuffer();
    for (let offset = 0; offset < slice.byteLength; offset += MESSAGE) {
      await drained();
      channel.send(new Uint8Array(slice, offset, Math.min(MESSAGE, slice.byteLength - offset)));
    }
  }
}

globalThis.bare = {
  async offer() {
    channel = connection.createDataChannel("film", { ordered: false });
    channel.binaryType = "arraybuffer";
    channel.bufferedAmountLowThreshold = HIGH_WATER / 2;
    channel.addEventListener("open", send);
    await connection.setLocalDescription();
    return gathered();
  },
  async answer(offer, size) {
    connection.addEventListener("datachannel", (event) => {
      event.channel.binaryType = "arraybuffer";
      event.channel.addEventListener("message", ({ data }) => {
        started ??= performance.now();
        received += data.byteLength;
        if (received === size) finish(performance.now() - started);
      });
    });
    await connection.setRemoteDescription(offer);
    await connection.setLocalDescription();
    return gathered();
  },
  accept: (answer) => connection.setRemoteDescription(answer),
  milliseconds: () => finished,
};
