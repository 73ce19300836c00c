// A PNG of at most 256 colours: a fraction of the size for pages with flat surfaces.

import { crc32, deflateSync } from "node:zlib";

const COLOURS = 256;
const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

/// Encodes pixels (RGBA, opaque) with the colours that they use most.
export function encode({ width, height, data }) {
  const palette = commonest(data);
  const index = new Map(palette.map((colour, at) => [colour, at]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = at(data, (y * width + x) * 4);
      if (!index.has(colour)) index.set(colour, nearest(palette, colour));
      rows[y * (width + 1) + 1 + x] = index.get(colour);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, by palette.
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]));
  const pixels = deflateSync(rows, { level: 9, memLevel: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", colours),
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const at = (data, i) => (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];

function commonest(data) {
  const counts = new Map();
  for (let i = 0; i < data.length; i += 4) {
    const colour = at(data, i);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const byCount = [...counts].sort((a, b) => b[1] - a[1]);
  return byCount.slice(0, COLOURS).map(([colour]) => colour);
}

function nearest(palette, colour) {
  const part = (of, bits) => (of >> bits) & 255;
  const square = (other, bits) => (part(colour, bits) - part(other, bits)) ** 2;
  const distance = (other) => square(other, 16) + square(other, 8) + square(other, 0);
  let best = 0;
  palette.forEach((other, i) => {
    if (distance(other) < distance(palette[best])) best = i;
  });
  return best;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
