// Turns a village screen from page to page. Where the next page cannot be had, the last good one stays, with its time; and it
// is kept, so that a screen that is switched on without network shows it again, with its time (kiosk-worker.js).
const RETRY_SECONDS = 15;
const KEPT = 'kiosk';

let shownAt = new Date();

/** Of China, whatever zone the screen was left at. */
function timeWords(date) {
  return date.toLocaleString('zh-CN', { hour12: false, timeZone: 'Asia/Shanghai' });
}

function say(offline) {
  const time = timeWords(shownAt);
  for (const place of document.querySelectorAll('[data-shown]'))
    place.textContent = offline ? '' : place.dataset.shown.replace('{time}', time);
  for (const place of document.querySelectorAll('[data-offline]'))
    place.textContent = offline ? place.dataset.offline.replace('{time}', time) : '';
}

function wait() {
  setTimeout(goOn, Number(document.body.dataset.seconds || 20) * 1000);
}

/** Down by almost a screen, so that a line that was cut off is read whole; at the end to the next page. */
function goOn() {
  const { scrollHeight } = document.documentElement;
  if (scrollY + innerHeight >= scrollHeight - 4) turn();
  else {
    scrollBy(0, innerHeight * 0.85);
    wait();
  }
}

async function turn() {
  try {
    const { page, pictures, answer } = await fetchPage(document.body.dataset.next);
    const copy = page.cloneNode(true);
    document.title = page.title;
    document.body.replaceWith(document.adoptNode(page.body));
    history.replaceState(null, '', answer.url);
    scrollTo(0, 0);
    shownAt = new Date();
    say(false);
    wait();
    await keep(copy, pictures, answer).catch(goOnUnkept);
  } catch {
    say(true);
    setTimeout(turn, RETRY_SECONDS * 1000);
  }
}

/** With its pictures, so that nothing moves when it is shown, and none is missing on it when the network goes. */
async function fetchPage(path) {
  const answer = await fetchWell(path);
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (page.body.dataset.next === undefined) throw new Error('not a page of the board');
  const pictures = new Map();
  for (const picture of page.querySelectorAll('img')) {
    const path = picture.getAttribute('src');
    pictures.set(path, await dataUrl(await (await fetchWell(path)).blob()));
    const image = new Image();
    image.src = path;
    await image.decode();
  }
  return { page, pictures, answer };
}

async function fetchWell(path) {
  const answer = await fetch(path, { cache: 'no-cache', signal: AbortSignal.timeout(20_000) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer;
}

function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/**
 * As a page that says of itself, without a script, of when it is; its pictures are in it, so that none is of another time.
 * Only pages that the service says may be kept: those without names of persons.
 */
async function keep(page, pictures, answer) {
  if (page.body.dataset.keep === undefined || globalThis.caches === undefined) return;
  page.body.dataset.kept = shownAt.toISOString();
  for (const picture of page.querySelectorAll('img')) picture.src = pictures.get(picture.getAttribute('src'));
  for (const place of page.querySelectorAll('[data-offline]'))
    place.textContent = place.dataset.offline.replace('{time}', timeWords(shownAt));
  const headers = new Headers();
  for (const name of ['content-type', 'content-security-policy', 'x-content-type-options', 'referrer-policy'])
    if (answer.headers.has(name)) headers.set(name, answer.headers.get(name));
  const store = await caches.open(KEPT);
  const files = [...page.querySelectorAll('link[rel=stylesheet], script[src]')].map(
    (file) => new URL(file.getAttribute('href') ?? file.getAttribute('src'), location.href).href,
  );
  const known = (await store.keys()).map(({ url }) => url);
  await store.addAll(files.filter((file) => !known.includes(file)));
  await store.put(answer.url, new Response(`<!doctype html>${page.documentElement.outerHTML}`, { headers }));
  // Files of a service that has been renewed since.
  for (const url of known)
    if (new URL(url).pathname.startsWith('/board/assets/') && !files.includes(url)) await store.delete(url);
}

/** The page that the browser opened: kept at once, since the next time may be without network. */
async function start() {
  const { kept } = document.body.dataset;
  if (kept !== undefined) {
    shownAt = new Date(kept);
    say(true);
    setTimeout(turn, RETRY_SECONDS * 1000);
    return;
  }
  say(false);
  wait();
  if (navigator.serviceWorker === undefined) return;
  try {
    await navigator.serviceWorker.register('/board/kiosk-worker.js');
    const { page, pictures, answer } = await fetchPage(location.href);
    await keep(page, pictures, answer);
  } catch (error) {
    goOnUnkept(error);
  }
}

/** The screen goes on as it is; it only cannot start without network. */
function goOnUnkept(error) {
  console.warn(error);
}

start();
