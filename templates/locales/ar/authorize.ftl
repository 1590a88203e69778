consent-title = يريد { $application } استخدام حسابك
consent-on-this-device = تطبيق على هذا الجهاز
consent-not-you = لست أنت؟<span class="unseen"> استخدم حسابًا آخر</span>
consent-will = سيتمكن { $application } من
consent-signed-in = معرفة أنك سجّلت الدخول
consent-optional = يمكنك السماح أيضًا بما يلي
consent-deny = رفض
consent-allow = سماح
consent-take-back = يمكنك التراجع عن ذلك في أي وقت من حسابك، ضمن التطبيقات المتصلة.
consent-openid = معرفة أنه أنت
consent-profile = رؤية اسمك وصورتك
consent-email = رؤية عنوان بريدك الإلكتروني
consent-phone = رؤية رقم هاتفك
consent-address = رؤية عنوانك البريدي
consent-offline-access = الاحتفاظ بالوصول حتى عندما لا تستخدمه، إلى أن تزيله
consent-roles = رؤية أدوارك
consent-groups = رؤية المجموعات التي تنتمي إليها
consent-other = استخدام «{ $scope }»
application-unknown = سجّل { $application } نفسه هنا، ولم يراجعه أحد. وهو من اختار اسمه وصورته.
application-policy = سياسة الخصوصية لدى { $application }
application-terms = شروط استخدام { $application }

elsewhere-title = لا يمكن متابعة تسجيل الدخول هذا هنا
elsewhere-note = لقد اكتمل من قبل، أو بدأ في متصفح آخر.
elsewhere-choice = إذا جئت إلى هنا لتسجّل الدخول بنفسك فابدأ من جديد. وإذا أرسل إليك أحدهم هذا الرابط فأغلق الصفحة.
elsewhere-again = البدء من جديد هنا
elsewhere-back = ارجع إلى التطبيق وسجّل الدخول من هناك.

session-frame = هل هناك من سجّل الدخول؟
leave-title = العودة إلى التطبيق؟
leave-unknown = سجّل { $application } نفسه هنا، ولم يراجعه أحد. تابع فقط إذا كنت تعرف هذا العنوان.
leave-go = الانتقال إلى هذا العنوان
form-post-title = العودة إلى التطبيق
form-post-note = تابع إذا لم تُنقل تلقائيًا.
form-post-continue = متابعة

refused-title = لا يمكن قبول هذا الطلب
refused-whose = إصلاح هذا من شأن مطوّر التطبيق، لا من شأنك.
refused-why = أرسلك تطبيق إلى هنا بطلب غير صحيح. توقفنا حتى لا يحصل أحد غيرك على تسجيل دخولك.
refused-wrong = الخطأ
refused-code = رمز الخطأ
refused-address = العنوان المُرسَل
refused-advice = ارجع إلى التطبيق، أو أخبر من صنعه بالرقم المرجعي.
