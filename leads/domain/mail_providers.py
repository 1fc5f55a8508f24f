"""What is known of mail providers: who is free, how each folds its addresses, which mailboxes are a role's.

The domains and the folding are those the providers document for their own users: Google (dots and plus),
Microsoft, Apple, Proton (dots, hyphens, underscores and plus), Fastmail, Yandex, mailbox.org, Posteo, Zoho
and HEY (plus).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Folding:
    """How a provider reads a local part: characters it ignores, and the domain it treats the address as."""

    domain: str = ""
    ignored: str = ""


def _families(names: str, endings: str) -> frozenset[str]:
    return frozenset(f"{name}.{ending}" for name in names.split() for ending in endings.split())


_MICROSOFT = (
    _families(
        "hotmail live outlook",
        "com at be ch cl co.id co.il co.in co.jp co.kr co.nz co.th co.uk co.za com.ar com.au com.br com.mx "
        "com.tr cz de dk es fi fr gr hu ie in it jp nl no pl pt ru se sg",
    )
    - {"live.in", "outlook.pl", "outlook.ch", "outlook.nl", "outlook.no"}  # not Microsoft's
) | {"msn.com", "windowslive.com", "passport.com"}
_YAHOO = _families(
    "yahoo",
    "com ca co.id co.in co.jp co.kr co.nz co.th co.uk co.za com.ar com.au com.br com.hk com.mx com.ph com.sg "
    "com.tr com.tw com.vn at be ch cz de dk es fi fr gr hu ie in it nl no pl pt ro se",
) | {"ymail.com", "rocketmail.com", "aol.com", "aol.co.uk", "aol.de", "aol.fr", "aim.com", "myyahoo.com"}
_YANDEX = frozenset({"ya.ru", "yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua"})
_PROTON = frozenset({"proton.me", "protonmail.com", "protonmail.ch", "pm.me"})
_APPLE = frozenset({"icloud.com", "me.com", "mac.com"})
_GOOGLE = frozenset({"gmail.com", "googlemail.com"})
_FASTMAIL = frozenset({"fastmail.com", "fastmail.fm"})
_PLUS_ONLY = frozenset({"mailbox.org", "posteo.de", "posteo.net", "zoho.com", "zohomail.com", "hey.com"})

FOLDING: Mapping[str, Folding] = MappingProxyType(
    {
        **{domain: Folding() for domain in _MICROSOFT | _FASTMAIL | _PLUS_ONLY},
        **{domain: Folding("gmail.com", ".") for domain in _GOOGLE},
        **{domain: Folding("icloud.com") for domain in _APPLE},
        **{domain: Folding("proton.me", ".-_") for domain in _PROTON},
        **{domain: Folding("yandex.ru") for domain in _YANDEX},
    },
)
"""Providers that deliver name+tag to name, by domain. Any other domain's plus is a letter like another."""

_REGIONAL = frozenset(
    """
    gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.fr gmx.co.uk gmx.us gmx.eu web.de freenet.de t-online.de arcor.de
    online.de email.de mail.de aon.at chello.at utanet.at bluewin.ch hispeed.ch sunrise.ch
    orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr numericable.fr
    libero.it virgilio.it tiscali.it alice.it tin.it email.it inwind.it
    btinternet.com virginmedia.com sky.com talktalk.net ntlworld.com blueyonder.co.uk tiscali.co.uk eircom.net
    telenet.be skynet.be proximus.be ziggo.nl kpnmail.nl planet.nl xs4all.nl hetnet.nl home.nl casema.nl
    telefonica.net terra.es ono.com sapo.pt netcabo.pt telia.com bredband.net online.no
    wp.pl o2.pl onet.pl onet.eu interia.pl op.pl poczta.onet.pl seznam.cz email.cz centrum.cz azet.sk
    freemail.hu citromail.hu abv.bg mail.bg ukr.net i.ua mail.ru bk.ru list.ru inbox.ru rambler.ru
    comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com
    shaw.ca rogers.com sympatico.ca telus.net bigpond.com optusnet.com.au xtra.co.nz
    uol.com.br bol.com.br terra.com.br ig.com.br globo.com rediffmail.com
    qq.com 163.com 126.com 139.com 189.cn sina.com sina.cn sohu.com aliyun.com foxmail.com yeah.net
    naver.com daum.net hanmail.net nate.com docomo.ne.jp ezweb.ne.jp
    mail.com email.com inbox.com usa.com hushmail.com mailfence.com lycos.com lavabit.com
    tuta.com tutanota.com tutanota.de tuta.io tutamail.com keemail.me
    """.split(),  # noqa: SIM905 - a table to read
)
FREE = (
    _MICROSOFT
    | _YAHOO
    | _YANDEX
    | _PROTON
    | _APPLE
    | _GOOGLE
    | _FASTMAIL
    | (_PLUS_ONLY - {"zoho.com"})  # zoho.com is also the company's own
    | _REGIONAL
)
"""Domains on which anybody may have a mailbox, so that the domain says nothing about a company."""

SHARED = frozenset({"onmicrosoft.com"})
"""Domains under which many companies have their mailboxes."""

ROLE_NAMES = frozenset(
    """
    abuse accounting accounts admin administrator bewerbung billing bookings buchhaltung careers contact
    contacto contactus customercare customerservice datenschutz demo dpo einkauf email enquiries enquiry
    everyone feedback finance frontdesk general hallo hello help helpdesk hi hiring hostmaster hr info
    information inquiries inquiry invoice invoices investors it jobs kontakt legal mail mailbox
    mailer-daemon marketing media news newsletter no-reply nobody noreply office order orders partner
    partners payments personal post postmaster postmottak presse press privacy procurement purchasing
    rechnung reception recruiting recruitment reservations root sales secretary security sekretariat
    service services shop spam staff subscribe subscriptions support tech team unsubscribe verkauf
    vertrieb verwaltung webmaster welcome zentrale
    """.split(),  # noqa: SIM905 - a table to read
)
"""Local parts that belong to a task rather than to a person (RFC 2142 and everyday use)."""
