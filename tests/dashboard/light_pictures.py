"""Makes a picture of a page light: the 256 colours that it has most of, one byte a point, packed as tightly as PNG can."""

from __future__ import annotations

import base64
import struct
import zlib

from playwright.sync_api import Browser

# Colours that differ by less than eye or screen tells are one; of each the shade that occurs most stays.
_INDEXED = """async (data) => {
  const picture = new Image()
  picture.src = `data:image/png;base64,${data}`
  await picture.decode()
  const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height })
  const context = canvas.getContext("2d")
  context.drawImage(picture, 0, 0)
  const points = context.getImageData(0, 0, canvas.width, canvas.height).data
  const exact = new Map(), near = (c) => ((c >> 19) << 10) | (((c >> 11) & 31) << 5) | ((c >> 3) & 31)
  for (let at = 0; at < points.length; at += 4) {
    const colour = (points[at] << 16) | (points[at + 1] << 8) | points[at + 2]
    exact.set(colour, (exact.get(colour) || 0) + 1)
  }
  const groups = new Map()
  for (const [colour, count] of [...exact].sort((one, other) => other[1] - one[1])) {
    const group = groups.get(near(colour)) || { colour, count: 0 }
    group.count += count
    groups.set(near(colour), group)
  }
  const kept = [...groups.values()].sort((one, other) => other.count - one.count).slice(0, 256).map((one) => one.colour)
  const far = (a, b) => [16, 8, 0].reduce((sum, by) => sum + (((a >> by) & 255) - ((b >> by) & 255)) ** 2, 0)
  const place = new Map()
  for (const colour of exact.keys()) {
    let best = 0
    for (let n = 1; n < kept.length; n += 1) if (far(kept[n], colour) < far(kept[best], colour)) best = n
    place.set(colour, best)
  }
  let text = ""
  for (let at = 0; at < points.length; at += 4)
    text += String.fromCharCode(place.get((points[at] << 16) | (points[at + 1] << 8) | points[at + 2]))
  return { width: canvas.width, height: canvas.height, colours: kept, points: btoa(text) }
}"""


def light(browser: Browser, png: bytes) -> bytes:
    """The same picture, light."""
    page = browser.new_page()
    found = page.evaluate(_INDEXED, base64.b64encode(png).decode())
    page.close()
    width, height, points = found["width"], found["height"], base64.b64decode(found["points"])
    rows = b"".join(b"\0" + points[row * width : (row + 1) * width] for row in range(height))
    colours = b"".join(colour.to_bytes(3, "big") for colour in found["colours"])
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
