// The program that `startBareRoute` starts: Fastify, one route for each text that it is told, and nothing else.
import Fastify from 'fastify';

process.once('message', async (routes) => {
  const fastify = Fastify();
  for (const { path, text } of routes) {
    fastify.get(path, (_request, reply) => {
      reply.header('content-type', 'application/json; charset=utf-8').send(text);
    });
  }
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  process.send(fastify.server.address().port);
});
