// Where a library on Node keeps its tokens and its device: there is no localStorage before release
// 22, so the libraries get an object with the same methods.
export class MemoryStorage {
  #items = new Map();

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#items.set(key, String(value));
  }

  removeItem(key) {
    this.#items.delete(key);
  }

  clear() {
    this.#items.clear();
  }

  // Libraries drop a device that they forget. A test puts it back, to see whether Cognito still
  // accepts it.
  async keepingAll(action) {
    const kept = [...this.#items];
    const outcome = await action();
    for (const [key, value] of kept) this.#items.set(key, value);
    return outcome;
  }

  // identity-js and Amplify end the key of the device's password in the same way.
  spoilDevicePassword() {
    const [key, right] = [...this.#items].find(([name]) => name.endsWith(".randomPasswordKey"));
    this.#items.set(key, "not the password of the device");
    return () => this.#items.set(key, right);
  }
}
