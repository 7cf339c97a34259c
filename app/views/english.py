"""The English table."""

from app.session.picture import Deed, Trouble
from app.views.language import Language, Step, Telling

_TROUBLES = {
    Trouble.BAD_LINK: Telling(
        "That is not a link to a room. Check that it was copied whole.", "All right", Step.DISMISS
    ),
    Trouble.WRONG_LINK: Telling(
        "This link does not fit the room any more. Ask your friends for a fresh one.", "Go home", Step.LEAVE
    ),
    Trouble.NO_SUCH_ROOM: Telling("There is no such room, or not any more.", "Go home", Step.LEAVE),
    Trouble.ROOM_ENDED: Telling("This room has ended. Thank you for coming.", "Go home", Step.LEAVE),
    Trouble.ROOM_FULL: Telling("Every seat in this room is taken.", "Try again", Step.RETRY),
    Trouble.REPLACED: Telling("Your place in this room is open in another tab.", "Use it here", Step.RETRY),
    Trouble.LEFT: Telling("You are not in this room any more.", "Go home", Step.LEAVE),
    Trouble.SERVER_UNREACHABLE: Telling(
        "Matinee cannot be reached. Check your connection, then try again.", "Try again", Step.RETRY
    ),
    Trouble.SERVER_BUSY: Telling("Matinee cannot take that just now. Try again in a moment.", "Try again", Step.RETRY),
    Trouble.SERVER_STRANGE: Telling(
        "The server said something this page does not understand. A reload usually helps.", "Reload", Step.RELOAD
    ),
    Trouble.FOREIGN_ADDRESS: Telling(
        "Rooms cannot be made from this address. Open Matinee at the one it is known by, or have this one allowed.",
        "All right",
        Step.DISMISS,
    ),
    Trouble.NEW_VERSION: Telling("Matinee has been renewed since this page was opened.", "Reload", Step.RELOAD),
    Trouble.NOT_A_FILM: Telling("“{about}” is not a film this page can read.", "Choose another", Step.CHOOSE),
    Trouble.EMPTY_FILE: Telling("“{about}” is empty.", "Choose another", Step.CHOOSE),
    Trouble.FOLDER: Telling(
        "“{about}” is a folder. Open it, and drop the film that is in it.", "Choose a film", Step.CHOOSE
    ),
    Trouble.NO_FILE: Telling("That is no film. Drop a file here, or choose one.", "Choose a film", Step.CHOOSE),
    Trouble.SEVERAL_FILES: Telling("These were not added: {names}.", "Choose another", Step.CHOOSE),
    Trouble.ALREADY_QUEUED: Telling("“{about}” is in the queue already.", "All right", Step.DISMISS),
    Trouble.TOO_LARGE: Telling(
        "“{about}” is larger than 5 GB, and that is more than a room takes.", "Choose another", Step.CHOOSE
    ),
    Trouble.UNREADABLE_FILE: Telling(
        "“{about}” cannot be read. Was it moved, or is its drive gone?", "Choose it again", Step.CHOOSE
    ),
    Trouble.SOURCE_CHANGED: Telling(
        "“{about}” has changed on disk, so no more of it is sent. Choose the file as it was, and it goes on.",
        "Choose it again",
        Step.CHOOSE,
    ),
    Trouble.CANNOT_PLAY: Telling(
        "This browser cannot play “{about}”. MP4 with H.264 plays everywhere.", "Choose another", Step.CHOOSE
    ),
    Trouble.STORAGE_FULL: Telling(
        "This device has no room left for the film. Free some space, then go on.", "Go on", Step.RETRY
    ),
    Trouble.STORAGE_REFUSED: Telling(
        "This browser keeps no films, perhaps because this is a private window. Open the link in a normal one.",
        "Try again",
        Step.RETRY,
    ),
    Trouble.OLD_BROWSER: Telling("{lack}", "All right", Step.DISMISS),
    Trouble.SOURCE_GONE: Telling(
        "The film’s file cannot be read any more. Choose it again and it goes on where it stopped.",
        "Choose it again",
        Step.CHOOSE,
    ),
    Trouble.NOBODY_HAS_IT: Telling(
        "Nobody here has the rest of “{about}”. Whoever has its file can choose it again, and it goes on.",
        "Choose the file",
        Step.CHOOSE,
    ),
    Trouble.CUT_OFF: Telling(
        "What came from {names} was broken again and again, so it is not taken any more. Ask for a reload over there.",
        "Try again",
        Step.RETRY,
    ),
    Trouble.UNREACHED: Telling(
        "No connection to {names} comes about. Another network, or a phone’s hotspot, often helps.",
        "Try again",
        Step.RETRY,
    ),
    Trouble.NOT_SUBTITLES: Telling("“{about}” could not be read as subtitles.", "Choose another", Step.CHOOSE),
    Trouble.SUBTITLES_TOO_LARGE: Telling(
        "“{about}” is too large for subtitles. 2 MB and 20,000 lines is the most.", "Choose another", Step.CHOOSE
    ),
    Trouble.SUBTITLES_ALONE: Telling(
        "“{about}” goes with a film. Choose the film first, or drop both together.", "Choose a film", Step.CHOOSE
    ),
    Trouble.SUBTITLES_THERE: Telling("“{about}” goes with this film already.", "All right", Step.DISMISS),
    Trouble.SUBTITLES_LACK: Telling(
        "The part of this page that reads subtitles did not arrive. The film plays on without them.",
        "Try again",
        Step.RETRY,
    ),
    Trouble.REFUSED: Telling("{refusal}", "All right", Step.DISMISS),
}

_REFUSALS = {
    "unauthorized_command": "Only the host can do that in this room.",
    "invalid_command": "That was not understood, so nothing was changed.",
    "room_ended": "This room has ended.",
    "room_full": "This room is full.",
    "rate_limited": "That was a little fast. Try again in a moment.",
    "not_found": "That is not here any more.",
    "conflict": "Somebody else was quicker, so nothing was changed.",
    "too_large": "That is too large.",
    "unavailable": "The room could not keep that just now. Try again.",
    "": "That did not work, so nothing was changed.",
}

_LACKS = {
    "secure_context": "Films travel over secure addresses only. Open this page with https:// in front.",
    "peer_connections": "This browser cannot connect to your friends’ directly, so no film can travel to or from here.",
    "service_worker": "This window does not let Matinee play films from friends. Try one that is not private.",
    "store_blocked": "Another tab of Matinee, from before it was renewed, holds your films. Reload or close that tab.",
    "store_renewed": "Matinee has been renewed in another tab. Reload this page to go on keeping films.",
    "worker_script": "The part of this page that plays friends’ films did not arrive. It is asked for again and again.",
    "": "This browser lacks something Matinee needs. A current Chrome, Edge, Firefox or Safari has it.",
}

_DEEDS = {
    Deed.JOINED: ("{name} came in", "You are in"),
    Deed.LEFT: ("{name} left", "You left"),
    Deed.AWAY: ("{name} lost the connection", "You lost the connection"),
    Deed.RETURNED: ("{name} is back", "You are back"),
    Deed.PLAYED: ("{name} pressed play", "You pressed play"),
    Deed.PAUSED: ("{name} paused", "You paused"),
    Deed.SOUGHT: ("{name} went to {time}", "You went to {time}"),
    Deed.SET_RATE: ("{name} set the speed to {rate}", "You set the speed to {rate}"),
    Deed.ADDED: ("{name} added “{film}”", "You added “{film}”"),
    Deed.REMOVED: ("{name} removed “{film}”", "You removed “{film}”"),
    Deed.SUBTITLED: ("{name} added subtitles", "You added subtitles"),
    Deed.UNSUBTITLED: ("{name} took “{file}” off the film", "You took “{file}” off the film"),
    Deed.SKIPPED: ("{name} put on “{film}”", "You put on “{film}”"),
    Deed.SET_POLICY: ("{name} changed what viewers may do", "You changed what viewers may do"),
    Deed.ENDED: ("{name} ended the room", "You ended the room"),
}

_PHRASES = {
    "and": "{all} and {last}",
    "more": "{count} more",
    "seconds_left": "{count} s left",
    "minutes_left": "{count} min left",
    "hours_left": "{hours} h {minutes} min left",
    "spoken_hours": "{count} h",
    "spoken_minutes": "{count} min",
    "spoken_seconds": "{count} s",
    "spoken_of": "{now} of {all}",
    "waiting_for_download": "Waiting for download …",
    "catching_up": "Catching up …",
    "ended": "The end",
    "paused": "Paused",
    "paused_by": "Paused by {name}",
    "paused_by_you": "Paused by you",
    "source": "The film is on this device",
    "sending": "Sending to {names}",
    "connecting": "Looking for a friend who has the film …",
    "receiving": "Receiving {share}",
    "waiting": "Waiting for the next part …",
    "halted": "Receiving is paused at {share}",
    "halted_by": "{names} paused sending",
    "sending_halted": "Sending is paused",
    "unkept": "Stopped at {share}, because this device keeps no more",
    "stalled": "Stopped at {share}, because nobody here has the rest just now",
    "complete": "The whole film is here",
    "from": "from {names}",
    "in_step": "In step ±{drift} ms",
    "ahead": "{drift} s ahead",
    "behind": "{drift} s behind",
    "lost": "Connection lost.",
    "retry_in": "Trying again in {count} s.",
    "retrying": "Trying again …",
    "connecting_room": "Opening your room …",
    "plays_on": "Your film plays on.",
    "kept": "What you do meanwhile is kept.",
    "pending_one": "1 change on its way",
    "pending": "{count} changes on their way",
    "you_are_invited": "You are invited",
    "waiting_one": "{names} is waiting",
    "waiting_many": "{names} are waiting",
    "nobody_yet": "You are the first",
    "friends_waiting": "Your friends are waiting",
    "on_now": "On now: {film}. Come in, and it arrives by itself.",
    "nothing_on": "Nothing is on yet. Come in and choose together.",
    "comes_by_itself": "Come in, and the film arrives by itself.",
    "tonight": "Tonight",
    "now_showing": "Now showing",
    "admit_one": "Admit one",
    "place_kept": "A place is kept for you",
    "your_room": "Your room",
    "somebody": "Somebody",
    "host": "Host",
    "cohost": "Cohost",
    "you": "you",
    "here": "here",
    "away": "away",
    "person_connecting": "connecting …",
    "person_checking": "is looking at the film",
    "person_cannot_play": "cannot play this film",
    "person_declined": "declined",
    "person_no_space": "has no space for this film",
    "person_waiting_for_space": "waiting for space",
    "person_store_refused": "keeps no films",
    "person_stalled": "waiting for the rest",
    "person_paused": "receiving paused",
    "person_complete": "has the whole film",
    "person_source": "has the whole film",
    "has_all": "has the whole film",
    "has_share": "has {share}",
    "way_direct": "connected directly",
    "way_relayed": "connected through a relay server",
    "way_shaken": "connection lost, coming back …",
    "way_connecting": "connecting …",
    "way_away": "away",
    "way_around": "cannot be reached, so the film goes by way of others",
    "way_unreachable": "cannot be reached so far, trying again …",
    "way_no_neighbour": "the film goes by way of others",
    "way_cut_off": "cut off, because what came was broken",
    "rtt": "{count} ms",
    "words_coming": "on its way",
    "words_broken": "cannot be read",
    "words_shift": "Subtitles {shift}",
    "remove_words": "Take {name} off the film, for everyone",
    "playing_item": "on now",
    "pick": "Put on {film}",
    "remove": "Remove {film}",
    "preparing": "Preparing “{film}” · {share}",
    "preparing_title": "Preparing “{film}”",
    "preparing_hint": "{share} read. It stays on your device until a friend watches.",
    "drop_tonight": "Drop tonight’s film anywhere",
    "drop_hint": "MP4 or WebM, up to 5 GB. Friends can watch while it travels.",
    "host_chooses": "The host chooses the film",
    "host_chooses_hint": "You will see it here as soon as it is on.",
    "only_host_plays": "The host plays and pauses here",
    "only_host_seeks": "The host moves the film here",
    "only_host_adds": "The host adds films here",
    "only_host_chooses": "The host chooses what is on",
    "only_host_decides": "The host decides this",
    "length_unknown": "The film’s length is not known yet",
    "play": "Play",
    "pause": "Pause",
    "play_key": "Play (space)",
    "pause_key": "Pause (space)",
    "back_key": "Back 10 seconds (j)",
    "forward_key": "Forward 10 seconds (l)",
    "mute": "Mute",
    "unmute": "Unmute",
    "fullscreen": "Full screen",
    "leave_fullscreen": "Leave full screen",
    "rate": "Speed",
    "no_limit": "No limit",
    "copied": "Invite link copied",
    "copy_by_hand": "Press Ctrl+C to copy the marked link",
}

ENGLISH = Language(".", _TROUBLES, _REFUSALS, _LACKS, _DEEDS, _PHRASES)
