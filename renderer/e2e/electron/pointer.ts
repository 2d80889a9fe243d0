/**
 * The pointer of an X11 display, moved and pressed by the display's own XTEST extension: the system's drag loop listens to the real
 * pointer alone, not to input that a driver puts into a page.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';

const COOKIE = 'MIT-MAGIC-COOKIE-1';
const INTERN_ATOM = 16;
const SET_SELECTION_OWNER = 22;
const GET_SELECTION_OWNER = 23;
const GET_INPUT_FOCUS = 43;
const QUERY_EXTENSION = 98;
const FAKE_INPUT = 2;
const PRESS = 4;
const RELEASE = 5;
const MOTION = 6;

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

export class Pointer {
  readonly #socket: Socket;
  readonly #root: number;
  #xtest = 0;
  #dragSelection = 0;

  private constructor(socket: Socket, root: number) {
    this.#socket = socket;
    this.#root = root;
  }

  /** Throws when the display is none that takes XTEST over its local socket. */
  static async open(display: string): Promise<Pointer> {
    const number = /^:(\d+)/.exec(display)?.[1];
    if (number === undefined) {
      throw new Error(`${display} is no local X11 display`);
    }
    const socket = await connectTo(`/tmp/.X11-unix/X${number}`);
    const cookie = await cookieOf(number);
    const hello = Buffer.alloc(12);
    hello.write('l');
    hello.writeUInt16LE(11, 2);
    hello.writeUInt16LE(cookie.length === 0 ? 0 : COOKIE.length, 6);
    hello.writeUInt16LE(cookie.length, 8);
    socket.write(Buffer.concat([hello, ...(cookie.length === 0 ? [] : [padded(Buffer.from(COOKIE)), padded(cookie)])]));
    const head = await read(socket, 8);
    const setup = await read(socket, head.readUInt16LE(6) * 4);
    if (head[0] !== 1) {
      throw new Error(`The display refused: ${setup.toString('latin1')}`);
    }
    const vendor = setup.readUInt16LE(16);
    const formats = setup.readUInt8(21);
    const root = setup.readUInt32LE(32 + Math.ceil(vendor / 4) * 4 + formats * 8);
    const pointer = new Pointer(socket, root);
    const extension = await pointer.#askByName(QUERY_EXTENSION, 'XTEST');
    if (extension[8] !== 1) {
      throw new Error('The display has no XTEST.');
    }
    pointer.#xtest = extension.readUInt8(9);
    pointer.#dragSelection = (await pointer.#askByName(INTERN_ATOM, 'XdndSelection')).readUInt32LE(8);
    return pointer;
  }

  /** Whether a program has begun a drag since `forgetDrag`. */
  async dragging(): Promise<boolean> {
    const request = Buffer.alloc(8);
    request.writeUInt8(GET_SELECTION_OWNER);
    request.writeUInt16LE(2, 2);
    request.writeUInt32LE(this.#dragSelection, 4);
    this.#socket.write(request);
    return (await read(this.#socket, 32)).readUInt32LE(8) !== 0;
  }

  /** Whoever dragged last keeps the selection of drags: takes it away. */
  forgetDrag(): void {
    const request = Buffer.alloc(16);
    request.writeUInt8(SET_SELECTION_OWNER);
    request.writeUInt16LE(4, 2);
    request.writeUInt32LE(this.#dragSelection, 8);
    this.#socket.write(request);
  }

  /** To a point of the screen, in its own pixels. */
  async move(x: number, y: number): Promise<void> {
    await this.#fake(MOTION, 0, x, y);
  }

  async press(): Promise<void> {
    await this.#fake(PRESS, 1, 0, 0);
  }

  async release(): Promise<void> {
    await this.#fake(RELEASE, 1, 0, 0);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #askByName(opcode: number, name: string): Promise<Buffer> {
    const bytes = padded(Buffer.from(name));
    const request = Buffer.alloc(8);
    request.writeUInt8(opcode);
    request.writeUInt16LE(2 + bytes.length / 4, 2);
    request.writeUInt16LE(name.length, 4);
    this.#socket.write(Buffer.concat([request, bytes]));
    return await read(this.#socket, 32);
  }

  /** Resolves when the display has done it. */
  async #fake(type: number, detail: number, x: number, y: number): Promise<void> {
    const request = Buffer.alloc(40);
    request.writeUInt8(this.#xtest);
    request.writeUInt8(FAKE_INPUT, 1);
    request.writeUInt16LE(9, 2);
    request.writeUInt8(type, 4);
    request.writeUInt8(detail, 5);
    request.writeUInt32LE(this.#root, 12);
    request.writeInt16LE(Math.round(x), 24);
    request.writeInt16LE(Math.round(y), 26);
    // A request with an answer behind it tells when it was done.
    request.writeUInt8(GET_INPUT_FOCUS, 36);
    request.writeUInt16LE(1, 38);
    this.#socket.write(request);
    await read(this.#socket, 32);
  }
}

/**
 * By the display's abstract name first, as the app does. Displays of two network namespaces may have one number: the file then belongs to the one
 * that began last, and the pointer would move there.
 */
async function connectTo(file: string): Promise<Socket> {
  const abstract = connect(`\0${file}`);
  const isThere = await once(abstract, 'connect').then(
    () => true,
    () => false,
  );
  if (isThere) {
    return abstract;
  }
  const socket = connect(file);
  await once(socket, 'connect');
  return socket;
}

/** Empty when the display asks for none. */
async function cookieOf(display: string): Promise<Buffer> {
  const path = process.env['XAUTHORITY'];
  if (path === undefined) {
    return Buffer.alloc(0);
  }
  const file = await readFile(path);
  let at = 0;
  const field = (): Buffer => {
    const length = file.readUInt16BE(at);
    at += 2 + length;
    return file.subarray(at - length, at);
  };
  while (at < file.length) {
    at += 2;
    const [, number, name, data] = [field(), field(), field(), field()];
    if (name.toString() === COOKIE && (number.length === 0 || number.toString() === display)) {
      return data;
    }
  }
  return Buffer.alloc(0);
}

async function read(socket: Socket, bytes: number): Promise<Buffer> {
  for (;;) {
    const chunk: unknown = socket.read(bytes);
    if (Buffer.isBuffer(chunk)) {
      return chunk;
    }
    await once(socket, 'readable');
  }
}
