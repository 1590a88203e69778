account-rooms = الحساب
# The door to the page of which sessions-title is the heading.
account-devices = الأجهزة
account-overview = نظرة عامة
account-title = حسابك
account-signed-in-as = مسجّل الدخول باسم { $name }
account-sign-out = تسجيل الخروج
account-you = بياناتك
account-name = الاسم
account-email = البريد الإلكتروني

sessions-title = الأجهزة التي سجّلت الدخول منها
sessions-only-here = أنت مسجّل الدخول هنا فقط.
sessions-since = منذ { $start }، وآخر ظهور { $seen }
sessions-here = هذا الجهاز
sessions-end = تسجيل الخروج<span class="unseen"> من { $device }</span>

device-on = { $browser } على { $system }
device-unknown = متصفح

security-none-left = لم يبقَ أي رمز استرداد. أنشئ رموزًا جديدة قبل أن تحتاج إليها.
security-few-left = رموز الاسترداد المتبقية: { $left }. أنشئ رموزًا جديدة قبل أن تحتاج إليها.
security-check = فحص الأمان
security-two-step = تسجيل الدخول بخطوتين
security-two-step-on = كلمة المرور المسروقة وحدها لا تفتح شيئًا.
security-two-step-off = من يملك كلمة مرورك يصبح أنت. أضف خطوة ثانية.
security-on = مفعّل
security-off = معطّل
security-way-back = طريق للعودة
security-way-back-note = تعمل رموز الاسترداد عندما يضيع هاتفك.
security-left = بقي { $left } من { $made }
security-app = تطبيق المصادقة
security-app-note = رمز من تطبيق على هاتفك بعد كلمة المرور.
security-added = أُضيف في { $day }
security-used = أُضيف في { $day }، وآخر استخدام في { $used }
security-remove = إزالة<span class="unseen"> { $what }</span>
security-set-up = إعداد<span class="unseen"> تطبيق مصادقة</span>
security-codes = رموز الاسترداد
security-codes-renew = تجديد<span class="unseen"> رموز الاسترداد</span>
security-passkeys = مفاتيح المرور
security-passkey-add = إضافة مفتاح مرور
security-passkey-none = لا يوجد بعد
security-passkey-none-note = سجّل الدخول بوجهك أو إصبعك أو رقم تعريف، دون كلمة مرور.
security-passkey-synced = متزامن
security-passkey-here = هذا الجهاز فقط
security-passkey-blocked = محظور
security-passkey-copy = قد تكون هناك نسخة منه: أزله.
security-passkey-rename = إعادة التسمية<span class="unseen">: { $what }</span>
security-passkey-name = اسم جديد
security-passkey-save = حفظ
passkey-add-what = ما هو مفتاح المرور
passkey-add-note = مفتاح يبقى في هذا الجهاز أو في مدير كلمات المرور. يُفتح بوجهك أو إصبعك أو رقم تعريف، ويعمل في هذا الموقع وحده، فلا يمكن لصفحة مقلدة أن تطلبه.
passkey-add-name = الاسم
passkey-add-hint = لتتعرف عليه لاحقًا: «الحاسوب الأزرق».
passkey-add-closed = أُغلقت النافذة أو انتهت مهلتها، أو أن لهذا الجهاز مفتاح مرور بالفعل. حاول مرة أخرى.
passkey-add-wrong = لم ينجح ذلك ولم يُضف شيء. حاول مرة أخرى.
passkey-add-no-script = هذا المتصفح لا يشغّل البرامج النصية، ومفتاح المرور يحتاج إليها.
sessions-end-others = تسجيل الخروج من كل مكان آخر
sessions-from = من { $address }، منذ { $started }، وآخر ظهور { $seen }
account-applications = التطبيقات المتصلة
security-title = الأمان
applications-note = ما سمحت به ولمن. إذا سحبته انتهى الوصول فورًا.
applications-none = ستظهر هنا التطبيقات التي تسمح لها.
applications-when = منذ { $since }، آخر استخدام { $used }
applications-remove = إزالة<span class="unseen"> { $application }</span>
applications-on-device = على جهاز
account-change = تغيير<span class="unseen"> { $what }</span>
account-password-note = يمكنك اختيار كلمة مرور أخرى متى شئت.

activity-title = النشاط
activity-note = { $days ->
    [one] ما حدث لحسابك في اليوم الأخير.
    [two] ما حدث لحسابك في اليومين الأخيرين.
    [few] ما حدث لحسابك في آخر { $days } أيام.
   *[other] ما حدث لحسابك في آخر { $days } يومًا.
  }
activity-none = لم يحدث شيء بعد.
activity-newest = الأحدث
activity-older = الأقدم
activity-place = { $browser }، من { $address }
activity-created = أُنشئ حسابك
activity-email = تغيّر عنوان بريدك الإلكتروني
activity-password = تغيّرت كلمة مرورك
activity-profile = تغيّر ملفك الشخصي
activity-locked = أقفل أحد المشرفين حسابك
activity-activated = حسابك مفتوح من جديد
activity-document = وافقت على مستند
activity-passkey-added = أُضيف مفتاح مرور
activity-app-added = أُعدّ تطبيق مصادقة
activity-passkey-removed = أُزيل مفتاح مرور
activity-app-removed = أُزيل تطبيق المصادقة
activity-code-used = استُخدم رمز استرداد
activity-codes-renewed = أُنشئت رموز استرداد جديدة
activity-role-given = أُعطيت الدور { $role }
activity-role-taken = سُحب منك الدور { $role }
activity-group-in = أُضفت إلى المجموعة { $group }
activity-group-out = أُخرجت من المجموعة { $group }
activity-signed-in = تسجيل دخول
activity-failed = فشلت محاولة تسجيل دخول
activity-blocked = رُفض تسجيل دخول بعد محاولات كثيرة
activity-unlocked = سُمح لك بالدخول مجددًا بعد إقفال
activity-signed-out = تسجيل خروج
activity-ended = أُنهيت جلسة
activity-allowed = سمحت لتطبيق باستخدام حسابك
activity-taken-back = سحبت ما سُمح به لتطبيق
activity-linked = رُبط حسابك لدى { $provider }
activity-unlinked = أُلغي ربط حسابك لدى { $provider }
activity-other = حدث شيء آخر

account-other = استخدام حساب آخر
overview-to-do = { $number ->
    [one] أمر واحد للإنجاز
    [two] أمران للإنجاز
    [few] { $number } أمور للإنجاز
   *[other] { $number } أمرًا للإنجاز
}
overview-safe = لا شيء مطلوب: كلمة المرور المسروقة وحدها لا تفتح شيئًا، ولديك طريق للعودة.
overview-lately = النشاط الأخير
overview-all = عرض الكل
overview-passkey = لديك مفتاح مرور
overview-passkey-note = وجهك أو بصمتك أو رقمك السري يفتح حسابك.
overview-passkey-do = إضافة<span class="unseen"> مفتاح مرور</span>
overview-two-step = تسجيل الدخول بخطوتين مفعّل
overview-two-step-off = تسجيل الدخول بخطوتين غير مفعّل
overview-two-step-do = إعداد<span class="unseen"> تسجيل الدخول بخطوتين</span>
overview-codes = { $left ->
    [0] لم يبق أي رمز استرداد
    [one] بقي رمز استرداد واحد
    [two] بقي رمزا استرداد
    [few] بقيت { $left } رموز استرداد
   *[other] بقي { $left } رمز استرداد
}
overview-codes-few = أنشئ رموزًا جديدة قبل أن تحتاج إليها.
overview-email = عنوانك غير مؤكَّد
overview-email-note = إن كان فيه خطأ فلن تصلك أي رسالة.
overview-email-do = تأكيد<span class="unseen"> عنوانك</span>
