/** Remembers what was reckoned of the last event: views ask the same of it one after another, each more than once. */
export function ofLast<Given extends object, Answer>(reckon: (event: Given) => Answer): (event: Given) => Answer {
  let last: { event: Given; answer: Answer } | undefined;
  return (event) => {
    if (last?.event !== event) last = { event, answer: reckon(event) };
    return last.answer;
  };
}
