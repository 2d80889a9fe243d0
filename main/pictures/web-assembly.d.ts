/** What the picture thread uses of WebAssembly. TypeScript has it in the DOM's types alone, which `main` does without. */
declare namespace WebAssembly {
  interface MemoryDescriptor {
    readonly initial: number;
    readonly maximum?: number;
    readonly shared?: boolean;
  }
  let Memory: new (descriptor: MemoryDescriptor) => Memory;
  interface Memory {
    readonly buffer: ArrayBufferLike;
  }
  class Exception {
    /** Emscripten's: the type of the C++ error, and its words. */
    readonly message?: readonly string[];
  }
}
