const phone = { width: 390, height: 844 };
const desk = { width: 1080, height: 760 };

/** One way of showing every screen: size of the window, language, theme, elder mode, size of text. */
export type Variant = {
  name: string;
  size: { width: number; height: number };
  lang: 'zh-CN' | 'en';
  theme: 'light' | 'dark';
  elder?: true;
  /** the person's own text size, in hundredths */
  text?: number;
  /** a telephone, pressed by fingers */
  touch?: true;
  /** the system's own few colours, as Windows' high contrast sets them */
  forced?: true;
  /** searched for barriers every day; the others once a week */
  daily?: true;
};

/** Both sizes, languages and themes; elder mode in each of them once; the largest text in the narrowest and longest;
 * the system's colours in place of ours at both sizes. */
export const variants: Variant[] = [
  { name: 'phone-zh', size: phone, touch: true, lang: 'zh-CN', theme: 'light', daily: true },
  { name: 'phone-zh-dark', size: phone, touch: true, lang: 'zh-CN', theme: 'dark' },
  { name: 'phone-en', size: phone, touch: true, lang: 'en', theme: 'light' },
  { name: 'phone-en-dark', size: phone, touch: true, lang: 'en', theme: 'dark' },
  { name: 'desk-zh', size: desk, lang: 'zh-CN', theme: 'light' },
  { name: 'desk-zh-dark', size: desk, lang: 'zh-CN', theme: 'dark', daily: true },
  { name: 'desk-en', size: desk, lang: 'en', theme: 'light', daily: true },
  { name: 'desk-en-dark', size: desk, lang: 'en', theme: 'dark' },
  { name: 'elder-phone-zh', size: phone, touch: true, lang: 'zh-CN', theme: 'light', elder: true, daily: true },
  { name: 'elder-phone-en-dark', size: phone, touch: true, lang: 'en', theme: 'dark', elder: true },
  { name: 'elder-desk-zh-dark', size: desk, lang: 'zh-CN', theme: 'dark', elder: true },
  { name: 'elder-desk-en', size: desk, lang: 'en', theme: 'light', elder: true },
  { name: 'forced-phone-zh', size: phone, touch: true, lang: 'zh-CN', theme: 'light', forced: true, daily: true },
  { name: 'forced-desk-zh-dark', size: desk, lang: 'zh-CN', theme: 'dark', forced: true },
  { name: 'large-phone-zh', size: phone, touch: true, lang: 'zh-CN', theme: 'light', text: 175 },
  { name: 'large-desk-en-dark', size: desk, lang: 'en', theme: 'dark', text: 175 },
];

/** What of a variant stands in the address of a made-up scene. */
export function how(variant: Variant): Record<string, string> {
  return {
    lang: variant.lang,
    theme: variant.theme,
    ...(variant.elder ? { elder: '1' } : {}),
    ...(variant.touch ? { system: 'android' } : {}),
    ...(variant.text ? { size: `${variant.text}` } : {}),
  };
}
