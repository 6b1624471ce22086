import { replaceLostLogKey, rotateLogKey } from '../log/log-key.js';
import { readSettings } from '../settings.js';

/** Makes a new key that signs checkpoints, and keeps the old one unless it is lost. */
export function rotateKey(environment: NodeJS.ProcessEnv, { lost }: { lost?: string }): void {
  const { logKeyFile } = readSettings(environment);
  if (lost === undefined) {
    const { before, after, keptAs } = rotateLogKey(logKeyFile);
    console.log(`原钥 was  ${before}\n新钥 now  ${after}\n原钥留存于 The old one is in ${keptAs}.`);
  } else {
    console.log(`新钥 now  ${replaceLostLogKey(logKeyFile, lost)}`);
  }
  console.log('请停止本数据库的所有服务再启动,两把公钥都将公布于 /log/keys。');
  console.log('Stop every service of this database, then start it again: it publishes both keys at /log/keys.');
}
