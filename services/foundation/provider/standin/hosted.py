"""The hosted page where a client pays: plain HTML in three languages, without script."""

from html import escape
from typing import Any

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from .cards import is_well_formed
from .till import ApiError, Till

WORDS = {
    "en": {
        "test": "Test page of the payment stand-in. No real card is charged.",
        "number": "Card number",
        "expiry": "Expiry (MM/YY)",
        "cvc": "Security code",
        "name": "Name on card",
        "pay": "Pay",
        "keep": "Save this card",
        "back": "Back to the house",
        "declined": "Your card was declined. Please try another card.",
        "number_bad": "Please check the card number.",
        "expiry_bad": "Please check the expiry date.",
        "cvc_bad": "Please check the security code.",
        "closed": "This page is closed. Please go back to the house.",
        "challenge": "Your bank asks you to confirm this payment.",
        "yes": "Complete",
        "no": "Fail",
        "elsewhere": "You are with",
    },
    "zh": {
        "test": "支付替身的测试页面，不会真实扣款。",
        "number": "卡号",
        "expiry": "有效期（月/年）",
        "cvc": "安全码",
        "name": "持卡人姓名",
        "pay": "支付",
        "keep": "保存此卡",
        "back": "返回品牌",
        "declined": "您的银行卡被拒，请换一张卡再试。",
        "number_bad": "请核对卡号。",
        "expiry_bad": "请核对有效期。",
        "cvc_bad": "请核对安全码。",
        "closed": "此页面已关闭，请返回品牌页面。",
        "challenge": "您的银行请您确认这笔付款。",
        "yes": "确认",
        "no": "拒绝",
        "elsewhere": "您正在使用",
    },
    "fr": {
        "test": "Page d’essai du prestataire fictif. Aucune carte réelle n’est débitée.",
        "number": "Numéro de carte",
        "expiry": "Expiration (MM/AA)",
        "cvc": "Code de sécurité",
        "name": "Nom sur la carte",
        "pay": "Payer",
        "keep": "Enregistrer cette carte",
        "back": "Retour à la maison",
        "declined": "Votre carte a été refusée. Veuillez en essayer une autre.",
        "number_bad": "Veuillez vérifier le numéro de carte.",
        "expiry_bad": "Veuillez vérifier la date d’expiration.",
        "cvc_bad": "Veuillez vérifier le code de sécurité.",
        "closed": "Cette page est fermée. Veuillez revenir à la maison.",
        "challenge": "Votre banque vous demande de confirmer ce paiement.",
        "yes": "Confirmer",
        "no": "Refuser",
        "elsewhere": "Vous êtes chez",
    },
}
STYLE = """body{font:16px/1.6 system-ui,sans-serif;margin:0;background:#f4f4f5;color:#18181b}
main{max-width:26rem;margin:2rem auto;padding:2rem;background:#fff}h1{font-size:1.75rem;margin:0}
label{display:block;margin-top:1rem}input{width:100%;box-sizing:border-box;font:inherit;padding:.7rem;border:1px solid #71717a}
button{margin-top:1.5rem;width:100%;min-height:48px;font:inherit;background:#18181b;color:#fff;border:0}
.error{color:#a32020}.note{color:#52525b;font-size:.875rem}a{color:inherit;display:inline-block;padding:.75rem 0}"""


def page(words: dict[str, str], language: str, body: str, status: int = 200) -> Response:
    head = f"<title>{words['pay']}</title><meta name=viewport content='width=device-width'><style>{STYLE}</style>"
    html = f"<!doctype html><html lang={language}><meta charset=utf-8>{head}<main>{body}<p class=note>{words['test']}</p></main>"
    return Response(html, status, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})


def serve(request: Request, till: Till, session_id: str) -> Response:
    """Show or act on the page of one session."""
    session = till.store.get(session_id, "checkout.session")
    language = (session or {}).get("locale", "en")
    language = language if language in WORDS else "en"
    words = WORDS[language]
    if session is None:
        return page(words, language, f"<h1>{words['closed']}</h1>", 404)
    if session["status"] == "complete":
        return redirect(_success(session), 303)
    if session["status"] != "open":
        back = f"<p><a href='{escape(session['cancel_url'] or '/')}'>{words['back']}</a>"
        return page(words, language, f"<h1>{words['closed']}</h1>{back}", 410)
    if session.get("payment_method_types", ["card"])[0] != "card":
        return _elsewhere(request, till, session, words, language)
    if request.method == "POST":
        return _pay(request, till, session, words, language)
    return _form(session, words, language, {}, "")


def _elsewhere(request: Request, till: Till, session: dict[str, Any], words: dict[str, str], language: str) -> Response:
    """The page of another method's owner: the client agrees there, or not."""
    error, status = "", 200
    if request.method == "POST":
        with till.store.transaction():
            try:
                till.pay_elsewhere(session, agreed=request.form.get("agree") == "yes")
                return redirect(_success(session), 303)
            except ApiError as no:
                error, status = words["declined"] if no.status == 402 else words["closed"], 402
    amount = f"{session['amount_total'] / 100:,.2f} {session['currency'].upper()}"
    body = f"<p>{escape(session['_name'])}</p><h1>{amount}</h1>" + (f"<p class=error role=alert>{error}</p>" if error else "")
    body += f"<p>{words['elsewhere']} <b>{escape(session['payment_method_types'][0])}</b></p><form method=post>"
    body += f"<button name=agree value=yes>{words['yes']}</button><button name=agree value=no>{words['no']}</button></form>"
    back = f"<a href='{escape(session['cancel_url'] or '/')}'>{words['back']}</a>"
    return page(words, language, body + back, status)


def _success(session: dict[str, Any]) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _form(
    session: dict[str, Any], words: dict[str, str], language: str, typed: dict[str, str], error: str, status: int = 200
) -> Response:
    saves = session["mode"] == "setup"
    amount = words["keep"] if saves else f"{session['amount_total'] / 100:,.2f} {session['currency'].upper()}"

    def field(name: str, hint: str) -> str:
        value = escape(typed.get(name, ""))
        return (
            f"<label for={name}>{words[name]}</label><input id={name} name={name} value='{value}' autocomplete='{hint}' required>"
        )

    body = f"<p>{escape(session['_name'])}</p><h1>{amount}</h1>"
    if error:
        body += f"<p class=error role=alert>{error}</p>"
    body += "<form method=post>" + field("number", "cc-number") + field("expiry", "cc-exp")
    body += field("cvc", "cc-csc") + field("name", "cc-name") + f"<button>{words['keep' if saves else 'pay']}</button></form>"
    body += f"<a href='{escape(session['cancel_url'] or '/')}'>{words['back']}</a>"
    return page(words, language, body, status)


def _challenge(words: dict[str, str], language: str) -> Response:
    body = f"<h1>{words['challenge']}</h1><form method=post><button name=challenge value=yes>{words['yes']}</button>"
    return page(words, language, body + f"<button name=challenge value=no>{words['no']}</button></form>")


def _pay(request: Request, till: Till, session: dict[str, Any], words: dict[str, str], language: str) -> Response:
    typed = {name: request.form.get(name, "").strip() for name in ("number", "expiry", "name")}
    challenge = request.form.get("challenge", "")
    number = typed["number"].replace(" ", "")
    month, _, year = typed["expiry"].replace(" ", "").partition("/")
    if not challenge:
        if not is_well_formed(number):
            return _form(session, words, language, typed, words["number_bad"], 422)
        if not (month.isdigit() and 1 <= int(month) <= 12 and year.isdigit()):
            return _form(session, words, language, typed, words["expiry_bad"], 422)
        if not request.form.get("cvc", "").strip().isdigit():
            return _form(session, words, language, typed, words["cvc_bad"], 422)
    with till.store.transaction():
        try:
            if challenge == "no":
                raise till.refuse_challenge(session)
            act = till.leave_card if session["mode"] == "setup" else till.pay_session
            state = act(session, number, int(month or 1), 2000 + int(year or 40) % 100, challenged=challenge == "yes")
        except ApiError as no:
            return _form(session, words, language, typed, words["declined"] if no.status == 402 else words["closed"], 402)
    if state == "requires_action":
        return _challenge(words, language)
    return redirect(_success(session), 303)
