// The program that `startBareRoute` starts: Fastify, one route for each path, the text that was told for the whole address, and
// nothing else; with a tag, which whoever has the text gives.
import Fastify from 'fastify';

process.once('disconnect', () => process.exit());
process.once('message', async (told) => {
  const fastify = Fastify();
  const answers = new Map(told.map(({ path, ...answer }) => [path, answer]));
  // Fastify does not route by the query.
  for (const route of new Set([...answers.keys()].map((path) => path.replace(/\?.*$/, '')))) {
    fastify.get(route, (request, reply) => {
      const { text, type, tag } = answers.get(request.url);
      reply.header('content-type', type).header('etag', tag);
      if (request.headers['if-none-match'] === tag) reply.code(304).send();
      else reply.send(text);
    });
  }
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  process.send(fastify.server.address().port);
});
