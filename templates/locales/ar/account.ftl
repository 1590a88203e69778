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
