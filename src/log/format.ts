/** The fixed numbers of the log format. `docs/log-format.md` explains them; changing one is changing the format. */

/**
 * First bytes of every log. The first is not ASCII, CR LF and LF show a transfer in text mode, Ctrl-Z stops a
 * DOS `type`.
 */
export const MAGIC: readonly number[] = [0x89, 0x50, 0x4d, 0x4c, 0x0d, 0x0a, 0x1a, 0x0a];
/** Version of the format that the writer writes. */
export const FORMAT_VERSION = 1;
/** Newest "minimum reader" that this reader satisfies. */
export const READER_VERSION = 1;

/** Sizes in bytes of the fixed parts. */
export const FILE_HEADER_SIZE = 64;
export const FRAME_HEADER_SIZE = 32;
export const TRAILER_SIZE = 36;
/** What a disk writes at once: a crash loses whole ones. */
export const SECTOR_SIZE = 512;

/** Types of frames. Zero is none of them, so that zeroed space never parses. */
export const PREFACE_FRAME = 1;
export const EVENTS_FRAME = 2;
export const END_FRAME = 3;
/** From this type on, a reader that does not know a frame may skip it. */
export const SKIPPABLE_FROM = 128;

/** A frame of events is closed when it has this many events (a power of two), or this many bytes, whichever comes first. */
export const EVENTS_PER_FRAME = 4096;
export const BYTES_PER_FRAME = 64 * 1024;
/** The last frame of a log that has more bytes before it is not made dense: that would take long, and hardly make the log smaller. */
export const SMALL_LOG = 1024 * 1024;
/** One event, with the texts it is the first to use, takes no more: keeps a frame of events below `BODY_BOUND`. */
export const EVENT_BOUND = 512 * 1024;
/** Longest body of a frame, checked before memory is taken for it. */
export const BODY_BOUND = 1024 * 1024;
/** The preface holds whole scenario files. Frames of types yet unknown get the same bound. */
export const PREFACE_BOUND = 8 * 1024 * 1024;
/** Deepest nesting of plain data. */
export const DATA_DEPTH = 32;
/** Most kinds of events, and most fields of one kind. */
export const KINDS_BOUND = 4096;
export const FIELDS_BOUND = 64;
/** Most distinct texts of one log: a `Map` of JavaScript holds no more than 2^24 entries. */
export const TEXTS_BOUND = 2 ** 24 - 1;

/** The longest body that a frame of this type may have. */
export function bodyBound(type: number): number {
  return type === EVENTS_FRAME || type === END_FRAME ? BODY_BOUND : PREFACE_BOUND;
}
