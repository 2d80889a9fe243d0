/** The shared worker that holds the event stream of all tabs. */
import { SharedStream } from './event-source.ts';

const stream = new SharedStream((url) => new EventSource(url));

addEventListener('connect', (event) => {
  const [port] = event instanceof MessageEvent ? event.ports : [];
  if (port !== undefined) {
    stream.join(port);
  }
});
