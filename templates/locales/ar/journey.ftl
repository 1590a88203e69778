register-title = أنشئ حسابك
register-email-hint = نرسل رسالة واحدة للتحقق من أنه عنوانك.
register-password-hint = { $fewest } حرفًا على الأقل. جملة قصيرة خيار جيد.
register-accept = أوافق على
register-terms = شروط { $place }
register-privacy = إشعار الخصوصية الخاص بـ { $place }
register-have-account = هل لديك حساب؟
register-no-name = أدخل اسمك.
register-no-email = أدخل عنوان بريد إلكتروني، مثل ada@example.com.
register-not-accepted = وافق على المستندات للمتابعة.
register-other-domain = لا يمكن التسجيل هنا بعناوين هذا النطاق.
journey-too-many = محاولات كثيرة من شبكتك. حاول مرة أخرى بعد ساعة.

sent-title = تحقق من بريدك
sent-to = أرسلنا رسالة إلى <strong>{ $address }</strong>. يعمل الرابط الذي فيها لمدة 24 ساعة.
sent-nothing = لم تجد شيئًا؟ ابحث في البريد غير المرغوب فيه.
sent-wait = { $seconds ->
    [one] يمكنك إرسالها مرة أخرى بعد ثانية واحدة.
    [two] يمكنك إرسالها مرة أخرى بعد ثانيتين.
    [few] يمكنك إرسالها مرة أخرى بعد { $seconds } ثوانٍ.
   *[other] يمكنك إرسالها مرة أخرى بعد { $seconds } ثانية.
  }
sent-again = إرسال مرة أخرى
sent-other = استخدام عنوان آخر

verify-title = أكّد عنوان بريدك الإلكتروني
verify-question = هل العنوان <strong>{ $address }</strong> لك؟ إذن حسابك جاهز.
verify-password = كلمة المرور التي اخترتها
verify-why = لقد سجّلت في متصفح آخر. إذا لم تسجّل، فأغلق هذه الصفحة: لن يُنشأ أي حساب.
verify-submit = تأكيد العنوان
verify-mismatch = ليست هذه كلمة المرور التي اخترتها عند التسجيل.
verify-taken = لهذا العنوان حساب بالفعل. سجّل الدخول به.

forgot-note = نرسل إليك رابطًا لاختيار كلمة مرور جديدة.
forgot-no-mail = لا ترسل هذه الخدمة بريدًا. اطلب من القائمين عليها رابطًا لاختيار كلمة مرور جديدة.
forgot-submit = إرسال الرابط
forgot-back = العودة إلى تسجيل الدخول
forgot-sent = إذا كان هناك حساب بهذا العنوان، فقد أرسلنا رابطًا. يعمل الرابط لمدة 30 دقيقة.
forgot-other = تجربة عنوان آخر

reset-title = اختر كلمة مرور جديدة
reset-account = الحساب
reset-label = كلمة المرور الجديدة
reset-hint = { $fewest } حرفًا على الأقل. جملة قصيرة خيار جيد. سيتم تسجيل خروجك من كل مكان.
reset-submit = حفظ كلمة المرور

link-used = سبق استخدام هذا الرابط
link-used-note = يعمل كل رابط مرة واحدة، وينهيه الرابط الأحدث.
link-over = انتهت صلاحية هذا الرابط
link-over-note = اطلب رابطًا جديدًا.
link-unknown = هذا الرابط لا يعمل
link-unknown-note = انسخه كاملًا، أو اطلب رابطًا جديدًا.
link-register = التسجيل مرة أخرى
link-forgot = إرسال رابط جديد

breach-too-short = استخدم { $min } حرفًا على الأقل.
breach-too-long = استخدم { $max } حرفًا على الأكثر.
breach-far-too-long = كلمة المرور هذه أطول من اللازم.
breach-uppercase = استخدم حرفًا كبيرًا أيضًا.
breach-lowercase = استخدم حرفًا صغيرًا أيضًا.
breach-digit = استخدم رقمًا أيضًا.
breach-symbol = استخدم رمزًا ليس حرفًا ولا رقمًا.
breach-predictable = لا تكرر حرفًا واحدًا ولا تستخدم تسلسلًا.
breach-personal = لا تشتقّها من اسمك أو عنوانك أو اسمنا.
breach-weak = هذه سهلة التخمين. جملة قصيرة خيار جيد.
breach-leaked = هذه معروفة من تسريبات سابقة. اختر غيرها.
breach-reused = لا تستخدم كلمة مرور سبق أن استخدمتها.

mail-hello = مرحبًا { $name }،
mail-hello-nobody = مرحبًا،
mail-otherwise = إذا لم يُفتح الزر، فانسخ هذا العنوان:
mail-half-hour = يعمل الرابط مرة واحدة، لمدة 30 دقيقة.
mail-day = يعمل الرابط مرة واحدة، لمدة 24 ساعة.
mail-confirm = يُرجى تأكيد أن هذا العنوان لك. عندها يكون حسابك لدى { $place } جاهزًا.
mail-confirm-end = لم تطلب هذا؟ لا تفعل شيئًا؛ لن يُنشأ أي حساب.
mail-own = يرجى تأكيد أن هذا العنوان لك، ليعيدك إلى حسابك لدى { $place }.
mail-known = لديك حساب بالفعل
mail-known-line = طلب أحدهم حسابًا جديدًا لدى { $place } بهذا العنوان، وله حساب بالفعل. إذا كنت أنت، فسجّل الدخول، أو اختر كلمة مرور جديدة هناك إن نسيت كلمتك.
mail-nothing-changes = لم تطلب هذا؟ لا تفعل شيئًا؛ لن يتغير شيء.
mail-choose = طلب أحدهم كلمة مرور جديدة لحسابك لدى { $place }.
mail-choose-end = لم تطلب هذا؟ لا تفعل شيئًا؛ تبقى كلمة مرورك كما هي.

notice-password = تم تغيير كلمة مرورك
notice-password-line = تم تغيير كلمة مرور حسابك لدى { $place } في { $time }.
notice-sign-in = تسجيل دخول جديد إلى حسابك
notice-sign-in-line = سجّل أحدهم الدخول إلى حسابك لدى { $place } في { $time } من متصفح لم يُرَ من قبل: { $device }.
notice-email = تم تغيير عنوان بريدك الإلكتروني
notice-email-line = أصبح هذا العنوان عنوان حسابك لدى { $place } منذ { $time }.
notice-factor-added = أُضيفت طريقة لتسجيل الدخول
notice-factor-added-line = أُضيفت طريقة لتسجيل الدخول إلى حسابك لدى { $place } في { $time }: { $factor }.
notice-factor-removed = أُزيلت طريقة لتسجيل الدخول
notice-factor-removed-line = أُزيلت طريقة لتسجيل الدخول إلى حسابك لدى { $place } في { $time }: { $factor }.
notice-recovery-code = استُخدم رمز استرداد
notice-recovery-code-line = { $left ->
    [zero] سجّل شخص الدخول إلى حسابك في { $place } بتاريخ { $time } برمز استرداد. لم يبق أي رمز.
    [one] سجّل شخص الدخول إلى حسابك في { $place } بتاريخ { $time } برمز استرداد. بقي رمز واحد.
    [two] سجّل شخص الدخول إلى حسابك في { $place } بتاريخ { $time } برمز استرداد. بقي رمزان.
    [few] سجّل شخص الدخول إلى حسابك في { $place } بتاريخ { $time } برمز استرداد. بقيت { $left } رموز.
   *[other] سجّل شخص الدخول إلى حسابك في { $place } بتاريخ { $time } برمز استرداد. بقي { $left } رمزًا.
  }
notice-passkey = مفتاح مرور
notice-you = إذا كنت أنت، فلا داعي لفعل شيء.
notice-not-you = لم أكن أنا
notice-end = إذا لم تكن أنت، فاختر كلمة مرور جديدة فورًا: ينهي ذلك كل الجلسات.

change-title = غيّر كلمة مرورك
change-present = كلمة المرور الحالية
change-hint = { $fewest } حرفًا على الأقل. جملة قصيرة خيار جيد. سيتم تسجيل خروجك من كل مكان آخر.
change-done = تم تغيير كلمة مرورك، وتم تسجيل خروجك من كل مكان آخر.
change-mismatch = ليست هذه كلمة مرورك الحالية.
change-too-many = محاولات كثيرة. حاول مرة أخرى بعد ساعة.

move-title = غيّر عنوان بريدك الإلكتروني
move-label = العنوان الجديد
move-submit = إرسال الرسالة
move-sent = ابحث عن رسالة في <strong>{ $address }</strong>. يتغير العنوان بعد أن تفتح الرابط الذي فيها.
move-confirm = أكّد عنوان بريدك الإلكتروني الجديد
move-confirm-note = سيكون عنوان حسابك <strong>{ $address }</strong>.
move-undo = التراجع عن التغيير
move-undo-note = يستعيد حسابك العنوان <strong>{ $address }</strong>، ويتم تسجيل خروج الجميع.
move-taken = أصبح هذا العنوان تابعًا لحساب آخر.
mail-move = يُرجى تأكيد أن يكون هذا العنوان عنوان حسابك لدى { $place }.
mail-left = لم يعد هذا العنوان عنوان حسابك لدى { $place }. إذا كنت أنت، فلا داعي لفعل شيء.
mail-left-end = إذا لم تكن أنت، فتراجع عن التغيير واختر كلمة مرور جديدة.
mail-week = يعمل الرابط مرة واحدة، لمدة 7 أيام.

invitation-title = أنت مدعو
invitation-note = اختر كلمة مرور لـ <strong>{ $address }</strong>.
invitation-submit = قبول الدعوة
mail-invite = أنت مدعو إلى { $place }
mail-invite-line = حساب لدى { $place } جاهز لك. اختر كلمة مرور لاستخدامه.
mail-invite-end = لا تعرف ما هذا؟ لا تفعل شيئًا؛ لن يُنشأ أي حساب.
setup-title = المسؤول الأول
setup-note = أنشئ حسابك. تعمل هذه الصفحة مرة واحدة.

unlock-title = حاول مرة أخرى
unlock-note = ما إن تضغط الزر يمكنك الدخول من هذا المتصفح بكلمة مرورك. ومن حاول تخمينها في مكان آخر يبقى محجوبًا.
unlock-submit = السماح لي بالمحاولة
mail-locked = محاولات كثيرة للدخول إلى حسابك
mail-locked-line = كتب شخص كلمة مرور خاطئة لحسابك لدى { $place } عدة مرات، لذلك أُقفل لبعض الوقت. إذا كنت أنت، فلا داعي للانتظار.
mail-locked-end = لم تكن أنت؟ إذن لا تفعل شيئًا. لم تُخمَّن كلمة مرورك، ولا يزال بإمكانك الدخول بمفتاح مرور أو من متصفح استخدمته من قبل.
unlock-over = سجّل الدخول. وإذا كنت ما زلت محجوبًا، فانتظر حتى الوقت الذي تذكره الصفحة.
