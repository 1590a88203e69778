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

password-title = أدخل كلمة المرور
password-who = تسجيل الدخول باسم
password-not-you = لست أنت؟
password-label = كلمة المرور
password-submit = تسجيل الدخول
password-missing = أدخل كلمة المرور.

sign-out-title = هل تريد تسجيل الخروج من { $place }؟
sign-out-note = ستحتاج إلى كلمة المرور للعودة على هذا الجهاز.
sign-out-submit = تسجيل الخروج
sign-out-stay = البقاء مسجّل الدخول

signed-out-title = تم تسجيل خروجك
signed-out-note = لا يمكن لأحد غيرك استخدام حسابك على هذا الجهاز.
signed-out-again = تسجيل الدخول مرة أخرى
