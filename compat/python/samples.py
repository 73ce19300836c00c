"""Small files that are what they say."""

import io
import struct

from PIL import Image

PAPER = b"%PDF-1.4\n%not much of a paper"


def picture(width=64, height=48):
    """A PNG of these dimensions."""
    file = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(file, "PNG")
    return file.getvalue()


def film():
    """An MP4 that has an index with one track of 640 × 360, and nothing to show."""
    def box(kind, body):
        return struct.pack(">I4s", len(body) + 8, kind) + body

    length = bytes(12) + struct.pack(">II", 1000, 2600) + bytes(4)
    size = struct.pack(">HHHH", 640, 0, 360, 0)
    matrix = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    media = box(b"mdhd", length) + box(b"hdlr", bytes(8) + b"vide" + bytes(13))
    track = box(b"trak", box(b"tkhd", bytes(40) + matrix + size) + box(b"mdia", media))
    return box(b"ftyp", b"isom\0\0\0\0isom") + box(b"moov", box(b"mvhd", length) + track)


def voice():
    """A second of Opus in Ogg, as voice messages are."""
    packets = (
        (b"OpusHead\1\1\0\0\x80\xbb\0\0\0\0\0", 2, 0),
        (b"OpusTags\4\0\0\0test\0\0\0\0", 0, 0),
        (b"\xfc" * 100, 4, 48_000),
    )
    return b"".join(
        b"OggS\0" + struct.pack("<BQ4sIIBB", kind, position, b"once", number, 0, 1, len(packet))
        + packet for number, (packet, kind, position) in enumerate(packets))
