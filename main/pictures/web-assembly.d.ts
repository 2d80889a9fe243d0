/** The parts of WebAssembly that the picture thread uses. TypeScript declares them only in the DOM types, which `main` excludes. */
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
