linked-title = الحسابات المرتبطة
linked-note = حسابات أخرى لك يمكنك تسجيل الدخول بها هنا.
linked-is = مرتبط
linked-none = لا يوجد حساب مرتبط.
linked-since = منذ { $since }، وآخر استخدام { $used }
linked-unlink = إلغاء الربط<span class="unseen"> { $which }</span>
linked-more = ربط حساب آخر
linked-link = ربط<span class="unseen"> { $provider }</span>
linked-last = هذه طريقتك الوحيدة لتسجيل الدخول. أضف طريقة أخرى، مثل مفتاح مرور، قبل إلغاء ربطها.
linked-add-passkey = إضافة مفتاح مرور

via-title = المتابعة باستخدام { $provider }
via-note = تسجّل الدخول هناك ثم تعود إلى هنا.
via-other = تسجيل الدخول بطريقة أخرى
via-again = إعادة المحاولة مع { $provider }

link-title = ربط حسابك لدى { $provider }
link-asked = يوجد هنا حساب للعنوان <strong>{ $email }</strong>. إن كان حسابك فسجّل الدخول إليه كما اعتدت، ثم يمكنك إضافة { $provider } طريقةً أخرى للدخول.
link-offered = من الآن فصاعدًا يمكنك تسجيل الدخول إلى حسابك هنا عبر { $provider } بالعنوان <strong>{ $email }</strong>.
link-sign-in = تسجيل الدخول إلى حسابك
link-cancel = إلغاء
link-submit = ربط { $provider }
link-not-now = ليس الآن

via-nobody = لم يتم تسجيل دخولك
via-silent = { $provider } لا يستجيب حاليًا.
via-unusable = تعذّر استخدام ردّ { $provider }.
via-unfinished = لم تُكمل تسجيل الدخول لدى { $provider }.
via-unwell = لدى { $provider } مشكلة حاليًا.
via-asks-first = يريد { $provider } أن يسألك شيئًا أولًا.
via-refuses = رفض { $provider } طلبنا.
via-lost = انتهت محاولة تسجيل الدخول هذه، أو بدأت في متصفح آخر.
via-closed = لم تعد طريقة الدخول هذه متاحة.
via-inactive = لا يمكن تسجيل الدخول إلى هذا الحساب.
via-no-address = لم يخبرنا { $provider } بعنوان بريدك الإلكتروني.
via-not-verified = لم يتحقق { $provider } من عنوان بريدك الإلكتروني.
via-not-linked = حسابك لدى { $provider } غير مرتبط بأي حساب هنا.
via-try-again = حاول مرة أخرى، أو سجّل الدخول بطريقة أخرى.
via-try-later = حاول مرة أخرى بعد دقيقة، أو سجّل الدخول بطريقة أخرى.
via-tell = سجّل الدخول بطريقة أخرى، وأخبر من يدير هذه الخدمة.
via-anew = ابدأ من جديد من هنا.
via-other-way = سجّل الدخول بطريقة أخرى.
via-ask-operator = اسأل من يدير هذه الخدمة.
via-ask-for-account = اطلب حسابًا ممن يدير هذه الخدمة.
via-allow-address = اسمح بذلك هناك وحاول مرة أخرى، أو سجّل الدخول بطريقة أخرى.
via-verify-there = تحقق منه هناك وحاول مرة أخرى. إن كان لديك حساب هنا فسجّل الدخول إليه واربط الحساب الآخر من هناك.
via-link-from-account = إن كان لديك حساب هنا فسجّل الدخول إليه واربط الحساب الآخر من هناك.

link-nothing = لم يُربط شيء
link-lost = انتهى هذا، أو بدأ في متصفح آخر.
link-not-proven = أنت مسجّل الدخول إلى حساب غير الذي كان سيُربط، أو منذ وقت طويل.
link-elsewhere = ذلك الحساب مرتبط بحساب آخر هنا.
link-inactive = لا يمكن تغيير هذا الحساب.
link-begin-anew = سجّل الخروج، وابدأ من جديد بالحساب الصحيح.
link-unlink-there = سجّل الدخول به، أو ألغِ ربطه هناك أولًا.

left-still = ربما لا تزال مسجّل الدخول لدى { $provider }، وقد يتمكن من يستخدم هذا المتصفح بعدك من الدخول به.
left-there = تسجيل الخروج من { $provider } أيضًا
