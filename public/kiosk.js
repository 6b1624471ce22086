// Turns a village screen from page to page. Where the next page cannot be had, the last good one stays, with its time.
const RETRY_SECONDS = 15;

let shownAt = new Date();

function say(offline) {
  const time = shownAt.toLocaleString('zh-CN', { hour12: false });
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
    const answer = await fetch(document.body.dataset.next, { cache: 'no-cache', signal: AbortSignal.timeout(20_000) });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (page.body.dataset.next === undefined) throw new Error('not a page of the board');
    await loaded(page);
    document.title = page.title;
    document.body.replaceWith(document.adoptNode(page.body));
    history.replaceState(null, '', answer.url);
    scrollTo(0, 0);
    shownAt = new Date();
    say(false);
    wait();
  } catch {
    say(true);
    setTimeout(turn, RETRY_SECONDS * 1000);
  }
}

/** Pictures first, so that nothing moves when the page is shown, and none is missing on it when the network goes. */
async function loaded(page) {
  for (const picture of page.querySelectorAll('img')) {
    const image = new Image();
    image.src = picture.getAttribute('src');
    await image.decode();
  }
}

say(false);
wait();
