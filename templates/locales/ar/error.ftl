error-bad-request = تعذّر فهم هذا الطلب
error-bad-request-detail = الطلب غير سليم.
error-bad-request-advice = ارجع وحاول مرة أخرى.

error-unauthorized = سجّل الدخول أولًا
error-unauthorized-detail = يتطلب الطلب شخصًا مسجّل الدخول أو رمزًا صالحًا.
error-unauthorized-advice = سجّل الدخول وحاول مرة أخرى.

error-forbidden = هذا غير متاح لك
error-forbidden-detail = ليس لديك الإذن اللازم لذلك.
error-forbidden-advice = إذا كنت تحتاج إليه فاسأل القائمين على هذه الخدمة.

error-not-found = لا يوجد شيء هنا
error-not-found-detail = لا يؤدي العنوان إلى أي صفحة.
error-not-found-advice = تحقق من كتابة العنوان، أو ارجع واختر طريقًا آخر.

error-method-not-allowed = لا يمكن فعل ذلك هنا
error-method-not-allowed-detail = العنوان موجود، لكن ليس لهذه الطريقة.
error-method-not-allowed-advice = ارجع وحاول مرة أخرى من الصفحة السابقة.

error-request-timeout = استغرق الطلب وقتًا طويلًا
error-request-timeout-detail = لم يصل كاملًا في الوقت المحدد.
error-request-timeout-advice = تحقق من اتصالك وحاول مرة أخرى.

error-content-too-large = هذا كبير جدًا
error-content-too-large-detail = يحتوي الطلب على أكثر مما يُقبل هنا.
error-content-too-large-advice = أرسل أقل وحاول مرة أخرى.

error-uri-too-long = هذا العنوان طويل جدًا
error-uri-too-long-detail = العنوان أطول مما يُقبل هنا.
error-uri-too-long-advice = ارجع وابدأ من جديد من التطبيق.

error-unsupported-media-type = هذه الصيغة غير مقبولة
error-unsupported-media-type-detail = الطلب بصيغة لا يقرؤها هذا العنوان.
error-unsupported-media-type-advice = ارجع وحاول مرة أخرى.

error-misdirected-request = هذا العنوان غير مُعدّ هنا
error-misdirected-request-detail = لا يجيب هذا الخادم على العنوان الذي فتحته.
error-misdirected-request-advice = تحقق من العنوان، أو اسأل القائمين على هذه الخدمة.

error-unprocessable-content = هناك خطأ ما في الطلب
error-unprocessable-content-detail = يمكن قراءة الطلب، لكن لا يمكن استخدام كل ما فيه.
error-unprocessable-content-advice = تحقق مما أدخلته وحاول مرة أخرى.

error-too-many-requests = محاولات كثيرة
error-too-many-requests-detail = وصلت طلبات كثيرة جدًا في وقت قصير.
error-too-many-requests-advice = انتظر لحظة ثم حاول مرة أخرى.

error-header-fields-too-large = الطلب كبير جدًا
error-header-fields-too-large-detail = أرسل المتصفح حقول ترويسة أكثر مما يُقبل.
error-header-fields-too-large-advice = احذف ملفات تعريف الارتباط لهذا الموقع وحاول مرة أخرى.

error-internal-error = حدث خطأ هنا
error-internal-error-detail = الخطأ من جانبنا وقد سُجّل.
error-internal-error-advice = حاول مرة أخرى. إذا استمر الخطأ فأرسل الرقم المرجعي إلى القائمين على هذه الخدمة.

error-unavailable = الخدمة مشغولة أو قيد الصيانة
error-unavailable-detail = تعذّرت الإجابة على الطلب الآن.
error-unavailable-advice = انتظر لحظة ثم حاول مرة أخرى.

error-refused = رُفض هذا الطلب
error-refused-detail = لا يمكن الإجابة على الطلب.
error-refused-advice = ارجع وحاول مرة أخرى.

error-cross-site-request = هذا غير متاح لك
error-cross-site-request-detail = أرسل موقع آخر هذا الطلب، لذلك لم يُنفَّذ شيء.
error-cross-site-request-advice = افتح الصفحة هنا وأرسل منها.

error-causes = ما الذي حدث

wrong-host-answers-at = يجيب هذا الخادم على العنوان <code>{ $address }</code>.
wrong-host-check = تحقق من العنوان، أو اسأل من أعطاك إياه.
wrong-host-go = الانتقال إلى { $address }
wrong-host-operator = إذا كنت تدير هذا الخادم
wrong-host-set = اضبط <code>server.public_url</code> على العنوان الذي يكتبه الناس، أو اجعل الوكيل يمرّر <code>Host</code> الأصلي. يتحقق <code>vestibule doctor</code> من كليهما.
wrong-host-set-in = مضبوط في
