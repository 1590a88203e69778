sign-in-title = تسجيل الدخول
sign-in-for = للمتابعة إلى <strong>{ $application }</strong>
sign-in-email = البريد الإلكتروني
sign-in-continue = متابعة
sign-in-no-email = أدخل عنوان بريدك الإلكتروني.
sign-in-once-more = يُرجى المحاولة مرة أخرى.
sign-in-mismatch = البريد الإلكتروني وكلمة المرور غير متطابقين. تحقق من كليهما ثم حاول مرة أخرى.
sign-in-wait = { $seconds ->
    [zero] محاولات كثيرة. حاول مرة أخرى.
    [one] محاولات كثيرة. انتظر ثانية واحدة ثم حاول مرة أخرى.
    [two] محاولات كثيرة. انتظر ثانيتين ثم حاول مرة أخرى.
    [few] محاولات كثيرة. انتظر { $seconds } ثوانٍ ثم حاول مرة أخرى.
    [many] محاولات كثيرة. انتظر { $seconds } ثانية ثم حاول مرة أخرى.
   *[other] محاولات كثيرة. انتظر { $seconds } ثانية ثم حاول مرة أخرى.
  }
sign-in-locked = محاولات كثيرة. يمكنك المحاولة مرة أخرى في { $time }.
sign-in-no-account = ليس لديك حساب بعد؟
sign-in-create = إنشاء حساب

password-title = أدخل كلمة المرور
password-who = تسجيل الدخول باسم
password-not-you = لست أنت؟
password-label = كلمة المرور
password-submit = تسجيل الدخول
password-missing = أدخل كلمة المرور.
password-forgot = هل نسيت كلمة المرور؟

sign-out-title = هل تريد تسجيل الخروج من { $place }؟
sign-out-note = ستحتاج إلى كلمة المرور للعودة على هذا الجهاز.
sign-out-submit = تسجيل الخروج
sign-out-stay = البقاء مسجّل الدخول

signed-out-title = تم تسجيل خروجك
signed-out-note = لا يمكن لأحد غيرك استخدام حسابك على هذا الجهاز.
signed-out-again = تسجيل الدخول مرة أخرى

code-missing = أدخل الرمز.
code-wrong = هذا الرمز غير صالح. تتغير الرموز كل 30 ثانية؛ استخدم أحدثها. إذا تكرر ذلك فتحقق من ساعة هاتفك.
recovery-wrong = هذا الرمز غير صالح. كل رمز يعمل مرة واحدة؛ جرّب رمزًا آخر.
passkey-wrong = لم يعمل مفتاح المرور هذا. حاول مرة أخرى أو استخدم طريقة أخرى.

code-title = أدخل الرمز
code-note = من تطبيق المصادقة
code-label = رمز من 6 أرقام
code-hint = من أجل <bdi>{ $email }</bdi>. تتغير الرموز كل 30 ثانية.
code-trust = عدم السؤال على هذا الجهاز لمدة { $days } يومًا
code-submit = تحقق
code-use-app = استخدام تطبيق المصادقة
code-use-recovery = استخدام رمز استرداد
code-again = البدء من جديد
recovery-title = أدخل رمز استرداد
recovery-note = أحد الرموز التي حفظتها
recovery-label = رمز الاسترداد
recovery-hint = من أجل <bdi>{ $email }</bdi>. كل رمز يعمل مرة واحدة، والشرطات لا تهم.
confirm-title = أكّد هويتك
confirm-note = لتغيير طريقة تسجيل دخولك
confirm-who = مسجّل الدخول باسم
confirm-submit = تأكيد
confirm-not-now = ليس الآن
passkey-title = استخدم مفتاح المرور
passkey-note = يطلب جهازك وجهك أو إصبعك أو رقم تعريف، ولا يخبرنا إلا بأنك أنت.
passkey-submit = استخدام مفتاح مرور
passkey-closed = أُغلقت نافذة مفتاح المرور أو انتهت مهلتها. حاول مرة أخرى أو استخدم طريقة أخرى.
passkey-no-script = هذا المتصفح لا يشغّل البرامج النصية، ومفتاح المرور يحتاج إليها. استخدم طريقة أخرى.
passkey-other = استخدام طريقة أخرى
set-up-title = إعداد تسجيل الدخول بخطوتين
set-up-note = يحتاج حسابك إلى خطوة ثانية قبل المتابعة.
set-up-app = تحتاج إلى تطبيق على هاتفك يعرض الرموز، مثل التطبيق المرفق به أو مدير كلمات المرور.
set-up-begin = إعداد تطبيق مصادقة
set-up-scan = 1. دع تطبيقك يقرأ هذا
set-up-picture = المفتاح أدناه كصورة لتطبيقك
set-up-key = أو اكتب هذا المفتاح فيه:
set-up-code = 2. اكتب الرمز الذي يعرضه
set-up-turn-on = تشغيل
set-up-go-on = تشغيل ومتابعة
codes-title = رموز الاسترداد الخاصة بك
codes-keep = احفظها حيث تحفظ جواز سفرك
codes-note = يعمل كل منها مرة واحدة بدلاً من رمز من تطبيقك. لا تُعرض إلا الآن: اطبع هذه الصفحة أو احفظ الملف.
codes-save = حفظ كملف
codes-done = لقد حفظتها
sign-out-asked = يطلب { $application } ذلك. سيتم إبلاغ التطبيقات التي فتحتها بتسجيل الدخول هذا.
sign-out-others = سيتم إبلاغ التطبيقات التي فتحتها بتسجيل الدخول هذا.
signed-out-telling = يجري الآن إبلاغ التطبيقات التي استخدمتها.
signed-out-go-on = متابعة

sign-in-or = أو
sign-in-with = المتابعة باستخدام { $provider }

sign-in-name = البريد الإلكتروني أو اسم المستخدم
expired-note = كلمة مرورك قديمة جدًا ولا يمكن المتابعة بها.
expired-submit = حفظ كلمة المرور والمتابعة
documents-title = هناك جديد للموافقة عليه
documents-note = لقد تغيّر منذ وافقت عليه. اقرأه من فضلك قبل المتابعة.
accounts-title = اختر حسابًا
accounts-go-on = متابعة<span class="unseen"> باسم { $name }</span>
accounts-sign-in = تسجيل الدخول<span class="unseen"> باسم { $name }</span>
accounts-other = استخدام حساب آخر
