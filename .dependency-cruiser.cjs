/** The folders of src/ and who may know whom; the comment of a rule is what a breach prints. */
const outermost = '^src/((main|cli|program|create-app|app\\.module)\\.ts$|(commands|wiring)/)';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two modules that need each other when they run are one module, or hide a third. (Types may.)',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      comment: 'domain/ imports only itself: no clock, no ids, no input or output, no framework.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'event-store-below-the-rest',
      comment: 'An event store keeps bytes; it knows the shape of an event and nothing above it.',
      severity: 'error',
      from: { path: '^src/(event-store|database|log)/' },
      to: { path: '^src/(posting|views|http|vault|demo|audit|witness|disclosure)/' },
    },
    {
      name: 'views-only-read',
      comment: 'A view follows the event store; it cannot post and does not know HTTP.',
      severity: 'error',
      from: { path: '^src/views/' },
      to: { path: '^src/(posting|http|vault|demo)/' },
    },
    {
      name: 'exports-only-read',
      comment: 'An export writes out what the events say and the reducers of the views make of them.',
      severity: 'error',
      from: { path: '^src/export/' },
      to: { path: '^src/(posting|http|vault|demo|audit|witness|database)/' },
    },
    {
      name: 'posting-knows-no-http',
      comment: 'The write path serves any caller; HTTP is one of them.',
      severity: 'error',
      from: { path: '^src/(posting|vault)/' },
      to: { path: '^src/(http|views|demo)/' },
    },
    {
      name: 'audit-trusts-nothing',
      comment:
        'An audit reckons by itself: of the code that wrote a book it shares the types, the money and the hashes.',
      severity: 'error',
      from: { path: '^src/audit/' },
      to: {
        path: '^src/(posting|views|http|event-store|vault|demo|database|log|disclosure|board)/',
        pathNot: '^src/log/(hash|proof|verify-proof|note|checkpoint)\\.ts$',
      },
    },
    {
      name: 'demo-is-a-stranger',
      comment: 'The demo speaks to the service through its public REST interface alone.',
      severity: 'error',
      from: { path: '^src/demo/' },
      to: { path: '^src/(posting|event-store|views|vault|http|log|witness)/' },
    },
    {
      name: 'import-is-a-caller',
      comment:
        'The import of tables judges rows by the rules of REST and sends them over HTTP; it writes nothing itself.',
      severity: 'error',
      from: { path: '^src/import/' },
      to: { path: '^src/(posting|views|vault|database|audit|witness|demo)/' },
    },
    {
      name: 'witness-is-a-stranger',
      comment: 'A witness knows a service by its public addresses; it shares only the arithmetic of logs and notes.',
      severity: 'error',
      from: { path: '^src/witness/' },
      to: {
        path: '^src/',
        pathNot:
          '^src/(witness/|domain/division|bounded-fetch|parsed-json|plain-error|log/(hash|proof|verify-proof|note|note-key|checkpoint|cosignature|add-checkpoint|uint64)\\.ts$)',
      },
    },
    {
      name: 'nobody-imports-the-outermost',
      comment: 'Programs and wiring are where imports end.',
      severity: 'error',
      from: { path: '^src/', pathNot: outermost },
      to: { path: outermost },
    },
    {
      name: 'declared-dependencies',
      comment: 'What src/ imports stands in dependencies of package.json.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    {
      name: 'resolvable',
      comment: 'An import leads somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    extraExtensionsToScan: [],
  },
};
