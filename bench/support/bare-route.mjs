// The program that `startBareRoute` starts: Fastify, one route for each text that it is told, and nothing else; with a tag, which
// whoever has the text gives.
import Fastify from 'fastify';

process.once('message', async (routes) => {
  const fastify = Fastify();
  for (const { path, text, type, tag } of routes) {
    fastify.get(path, (request, reply) => {
      reply.header('content-type', type).header('etag', tag);
      if (request.headers['if-none-match'] === tag) reply.code(304).send();
      else reply.send(text);
    });
  }
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  process.send(fastify.server.address().port);
});
