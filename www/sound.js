// A line as sound: one tone a period in the order of the data, higher for more, silence where no
// figure is published. Fetched when a reader first asks for it.
const LOWEST_HZ = 220;
const OCTAVES = 2;
const MOST_SECONDS = 12;

let stop = () => {};

/**
 * Plays `{ values: (number | null)[] }`, and answers once that is over. Whatever was playing ends;
 * without values there is silence.
 */
export default async function (text) {
  stop();
  const { values } = JSON.parse(text);
  const published = values.filter((value) => value !== null);
  if (!published.length) return;
  const low = Math.min(0, ...published);
  const high = Math.max(...published);
  const step = Math.min(0.18, MOST_SECONDS / values.length);
  const context = new AudioContext();
  const begin = context.currentTime + 0.1;
  values.forEach((value, at) => {
    if (value === null) return;
    const tone = context.createOscillator();
    const volume = context.createGain();
    const from = begin + at * step;
    tone.frequency.value = LOWEST_HZ * 2 ** (OCTAVES * (high > low ? (value - low) / (high - low) : 0));
    // Soft edges, so that no tone clicks.
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(0.2, from + step * 0.15);
    volume.gain.setValueAtTime(0.2, from + step * 0.7);
    volume.gain.linearRampToValueAtTime(0, from + step * 0.95);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + step);
  });
  await new Promise((done) => {
    stop = done;
    setTimeout(done, (0.2 + step * values.length) * 1000);
  });
  await context.close();
}
