page-title-wrong = خطأ: { $title }
page-languages = اللغة
page-reference = الرقم المرجعي
page-skip = انتقل إلى المحتوى
