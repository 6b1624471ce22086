import type { ComponentChildren } from 'preact';
import { linkIn, type Setting } from '../page.js';

/** What was sent, as it was sent, so that nothing must be written twice. */
export interface ObjectionDraft {
  kind: string;
  row: string;
  text: string;
  name: string;
  phone: string;
  /** Made with the form: the same form sent twice files once. */
  token: string;
}

export type DraftErrors = Partial<Record<keyof ObjectionDraft | 'form', string>>;

interface ObjectionFormProps {
  setting: Setting;
  action: string;
  title: string;
  rows: number;
  draft: ObjectionDraft;
  errors: DraftErrors;
}

export function ObjectionForm({ setting, action, title, rows, draft, errors }: ObjectionFormProps) {
  const { say } = setting;
  const wrong = Object.values(errors);
  return (
    <>
      <p>{say(`针对：${title}`, `About: ${title}`)}</p>
      {wrong.length > 0 && (
        <div class="mark bad" role="alert">
          <p>{say('还没有提交，请先改正：', 'Not sent yet. Please correct:')}</p>
          <ul>
            {wrong.map((message) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        </div>
      )}
      <form class="form" method="post" action={action}>
        <input type="hidden" name="token" value={draft.token} />
        <label>
          {say('类别', 'Kind')}
          <select name="kind">
            <option value="objection" selected={draft.kind !== 'report'}>
              {say('异议：公告内容不对', 'Objection: the notice is wrong')}
            </option>
            <option value="report" selected={draft.kind === 'report'}>
              {say('举报：发现违规问题', 'Report: something was done wrongly')}
            </option>
          </select>
        </label>
        <Field
          setting={setting}
          name="row"
          errors={errors}
          label={say(`第几行（共 ${rows} 行，可不填）`, `Row (of ${rows}; may be left out)`)}
        >
          <input id="row" name="row" inputmode="numeric" value={draft.row} {...describedBy('row', errors)} />
        </Field>
        <Field setting={setting} name="text" errors={errors} label={say('哪里不对', 'What is wrong')}>
          <textarea id="text" name="text" rows={6} maxlength={2000} required {...describedBy('text', errors)}>
            {draft.text}
          </textarea>
        </Field>
        <Field setting={setting} name="name" errors={errors} label={say('姓名（可不填）', 'Name (may be left out)')}>
          <input
            id="name"
            name="name"
            autocomplete="name"
            maxlength={100}
            value={draft.name}
            {...describedBy('name', errors)}
          />
        </Field>
        <Field
          setting={setting}
          name="phone"
          errors={errors}
          label={say('电话（可不填）', 'Telephone (may be left out)')}
        >
          <input
            id="phone"
            name="phone"
            type="tel"
            autocomplete="tel"
            maxlength={30}
            value={draft.phone}
            {...describedBy('phone', errors)}
          />
        </Field>
        <p class="quiet">
          {say(
            '您写的内容、姓名和电话加密保存，只有主管部门能看，不会出现在公示栏和账本里。应在十五个工作日内答复。也可以直接拨打 12317。',
            'What you write is kept encrypted and read by the bureau alone. It is to be answered within fifteen working days. You may also call 12317.',
          )}
        </p>
        <p>
          <button type="submit">{say('提交', 'Send')}</button>
        </p>
      </form>
    </>
  );
}

function describedBy(name: keyof ObjectionDraft, errors: DraftErrors) {
  return errors[name] === undefined ? {} : { 'aria-invalid': 'true' as const, 'aria-describedby': `${name}-error` };
}

interface FieldProps {
  setting: Setting;
  name: keyof ObjectionDraft;
  label: string;
  errors: DraftErrors;
  children: ComponentChildren;
}

function Field({ name, label, errors, children }: FieldProps) {
  const error = errors[name];
  return (
    <div class={error === undefined ? undefined : 'wrong'}>
      <label for={name}>{label}</label>
      {children}
      {error !== undefined && (
        <p class="error" id={`${name}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

interface FiledPageProps {
  setting: Setting;
  code: string;
  dueOn: string;
  back: string;
}

/** The code is shown this once, and cannot be found again. */
export function ObjectionFiledPage({ setting, code, dueOn, back }: FiledPageProps) {
  const { say } = setting;
  return (
    <section class="filed-code">
      <p>{say('已收到。请抄下或拍下这个查询码：', 'Received. Write this code down or take a picture of it:')}</p>
      <p class="code">
        <code>{code}</code>
      </p>
      <ul>
        <li>{say('查询码只显示这一次，谁也查不回来。', 'It is shown only now; nobody can find it again for you.')}</li>
        <li>{say(`主管部门应在 ${dueOn} 前答复。`, `The bureau is to answer by ${dueOn}.`)}</li>
        <li>
          {say('到时凭查询码看答复：', 'Read the answer with it: ')}
          <a href={linkIn(setting, '/board/objections')}>{say('查询答复', 'follow it up')}</a>
        </li>
        <li>{say('到期没有答复，请拨打 12317。', 'If there is no answer by then, call 12317.')}</li>
      </ul>
      <p>
        <a href={back}>{say('回到公告', 'Back to the notice')}</a>
      </p>
    </section>
  );
}
