// Runs before anything else, in the page and in workers: knows every WebAssembly memory that is made.
{
  const memories = new Set();
  const note = (instance) => {
    for (const value of Object.values(instance.exports)) if (value instanceof WebAssembly.Memory) memories.add(value);
    return instance;
  };
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const instantiate = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const result = await instantiate.apply(WebAssembly, given);
      note(result.instance ?? result);
      return result;
    };
  }
  // A module's instance as such, too.
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, { construct: (made, given) => note(Reflect.construct(made, given)) });
  globalThis.wasmBytes = () => [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  new BroadcastChannel("memory-asked").onmessage = () => {
    new BroadcastChannel("memory-told").postMessage(globalThis.wasmBytes());
  };
}
