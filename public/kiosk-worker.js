// Opens a village screen without network: with the page that kiosk.js kept, which says of when it is. Every other page of the
// board, and every page that can be had, comes from the service; nothing is kept here.
const KEPT = 'kiosk';
const PATIENCE_MS = 20_000;

addEventListener('install', () => skipWaiting());

addEventListener('fetch', (event) => {
  const { mode, url } = event.request;
  const { pathname, searchParams } = new URL(url);
  if (mode === 'navigate' && searchParams.get('kiosk') === '1') event.respondWith(openPage(event.request));
  // Their addresses name their contents, so that what was kept is what would come.
  else if (pathname.startsWith('/board/assets/')) event.respondWith(openFile(event.request));
});

async function openPage(request) {
  const kept = () => caches.match(request.url, { cacheName: KEPT });
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    // Neither a service that fails nor one that was asked too often has the page now.
    const hasPage = answer.status < 500 && answer.status !== 429;
    return hasPage ? answer : ((await kept()) ?? answer);
  } catch (error) {
    const page = await kept();
    if (page !== undefined) return page;
    throw error;
  }
}

async function openFile(request) {
  return (await caches.match(request.url, { cacheName: KEPT })) ?? fetch(request);
}
