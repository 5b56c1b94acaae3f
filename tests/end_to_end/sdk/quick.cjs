// To be loaded before an SDK: it waits a hundredth of the time before it tries again.
const realTimeout = globalThis.setTimeout;
globalThis.setTimeout = (then, wait, ...given) => realTimeout(then, wait / 100, ...given);
