"""A patient's stock phrases by purpose and manner; "" is the ordinary manner."""

PHRASES: dict[str, dict[str, tuple[str, ...]]] = {
    "greeting": {
        "": ("Hello, {doctor}.", "Hi, {doctor}.", "Hello. Thanks for seeing me."),
        "anxious": (
            "Oh, hello, {doctor}. Thank you for seeing me so quickly.", "Hello, {doctor}. Sorry, I'm a bit nervous.",
        ),
        "angry": ("Hello. I've been waiting nearly an hour, you know.", "Finally. Hello."),
        "quiet": ("Hello.", "Hi."),
        "low": ("Hello.", "Hi, {doctor}."),
        "chatty": (
            "Oh, hello, {doctor}! Lovely to meet you.", "Hello, hello, {doctor}. Isn't it busy out there today?",
        ),
        "slow": ("Ah... hello, {doctor}.", "Good day to you, {doctor}."),
        "stoic": ("Morning, {doctor}.", "Hello, {doctor}. I won't keep you long."),
    },
    "how are you": {
        "": ("Not too good, to be honest.", "Not great, if I'm honest.", "I've been better, to be honest."),
        "anxious": (
            "Not very good. I've been getting myself in a state about this.",
            "Not great, {doctor}. I'm quite worried, actually.",
        ),
        "angry": ("How do you think? I wouldn't be here if I was fine.", "Not good. That's why I'm here."),
        "quiet": ("Not so good.", "So-so."),
        "low": ("Not so good, really.", "I don't know. Not great."),
        "chatty": (
            "Oh, mustn't grumble, though I've been better, I can tell you!",
            "Well, I'd be better if it wasn't for this!",
        ),
        "stoic": ("Oh, not so bad. Mustn't grumble.", "I'm all right. My family made me come, really."),
    },
    "unsure": {
        "": (
            "I'm not sure, to be honest.", "I couldn't really tell you, sorry.", "I don't know, {doctor}.",
            "I'm not really sure about that.", "I hadn't thought about that. I'm not sure.",
            "Hmm, I'm not sure how to answer that.",
        ),
        "anxious": (
            "I'm not sure. Should I know that?", "I don't know, sorry. Is that important?",
            "I'm not sure... does it matter?", "Sorry, I'm not sure. My head's all over the place.",
        ),
        "angry": (
            "I don't know. Isn't that your job?", "I've no idea.", "How should I know? I'm not sure.",
            "I'm not sure. Does it matter?",
        ),
        "quiet": ("Not sure.", "I don't know.", "I couldn't say.", "Not sure, sorry."),
        "low": (
            "I don't know.", "I'm not sure. I can't really think.", "I don't know, sorry.", "I couldn't tell you.",
        ),
        "chatty": (
            "Ooh, now you're asking! I'm not sure, you know.", "Do you know, I couldn't tell you.",
            "Well, I'm not sure, I've never really thought about it.",
            "You've got me there, {doctor}. I'm not sure.",
        ),
        "slow": (
            "Let me think... no, I'm not sure.", "I... couldn't tell you, I'm afraid.",
            "Hmm. I'm not sure, {doctor}.", "I don't rightly know.",
        ),
        "stoic": (
            "Couldn't tell you.", "I'm not sure, I don't dwell on these things.",
            "Not sure. I hadn't given it any thought.", "No idea, {doctor}.",
        ),
    },
    "no": {
        "": (
            "No, nothing like that.", "No, not that I've noticed.", "No, I don't think so.",
            "Not that I know of, no.", "No, I haven't, no.", "No. Nothing like that.",
        ),
        "anxious": (
            "No, I don't think so. Should I be looking out for that?", "No, nothing like that, thank goodness.",
            "No... not that I've noticed, anyway.", "No, I don't think so.",
        ),
        "angry": ("No.", "No, nothing like that.", "No. I'd have said if I had.", "No, not that I've noticed."),
        "quiet": ("No.", "No, nothing like that.", "Not really.", "No, I don't think so."),
        "low": ("No, I don't think so.", "No.", "Not that I've noticed.", "No, nothing like that."),
        "chatty": (
            "Oh no, nothing like that, touch wood!", "No, no, not that I've noticed.", "No, I've been lucky there.",
            "No, I don't think so, no.",
        ),
        "slow": (
            "No... no, I don't think so.", "Let me think... no, nothing like that.", "No, not that I recall.",
            "No, I haven't noticed that.",
        ),
        "stoic": (
            "No, nothing like that.", "No, never had any of that.", "Not me, no.", "No, not that I've noticed.",
        ),
    },
    "all well": {
        "": ("Yes, that's all fine.", "Yes, as far as I know that's all normal.", "That's been fine, thank you."),
        "quiet": ("Yes, fine.", "That's fine."),
        "angry": ("Yes, that's fine. That's not what I came about.", "Fine, yes."),
    },
    "met": {
        "": ("Nice to meet you, {doctor}.", "Hello, {doctor}."),
        "quiet": ("Hello.",),
        "angry": ("Right. Hello.",),
    },
    "notes": {"": ("It should be there in my notes.", "Haven't you got that in the notes?")},
    "none": {
        "": ("No.", "No, nothing like that.", "Not that I know of, no.", "No, not really."),
        "quiet": ("No.", "No, nothing.", "Not really."),
        "chatty": ("No, nothing like that, I'm pleased to say.", "Oh no, not me.", "Not that I know of, no."),
        "slow": ("No... no, nothing like that.", "Not that I recall, no."),
    },
    "little to say": {
        "": (
            "There's not much to say about that, really.", "Nothing out of the ordinary.",
            "I'm not sure what to say about that.",
        ),
        "angry": ("What has that got to do with it?", "Nothing special. Why?"),
        "quiet": ("Nothing special.", "Not much to say."),
    },
    "nothing else": {
        "": (
            "No, I think that's everything.", "I don't think so, that's about it.",
            "No, that's the main thing, really.",
        ),
        "angry": ("Isn't that enough? No, nothing else.", "No. That's it."),
        "quiet": ("No, that's it.", "That's all."),
        "anxious": (
            "No, I think that's everything... I hope I haven't forgotten anything.",
            "I don't think so. Is that enough to go on?",
        ),
        "chatty": ("No, I think you've had my whole life story now!", "No, that's the lot, I think."),
    },
    "covered": {
        "": (
            "There's not much more to say about it, really.", "I think I've told you all I can about that.",
            "That's about all I can tell you.",
        ),
        "quiet": ("That's it, really.", "Nothing more to say."),
        "angry": ("I've told you all there is to tell.", "That's it. What more do you want to know?"),
    },
    "yes": {
        "": ("Yes, that's right.", "Yes, that's it.", "That's right, yes."),
        "quiet": ("Yes.", "That's right."),
        "angry": ("Yes, that's what I said.", "Yes."),
        "chatty": ("Yes, that's it exactly.", "You've got it, yes."),
        "slow": ("Yes... yes, that's right.", "That's right, yes."),
    },
    "consent": {
        "": ("Yes, of course.", "Yes, that's fine.", "Sure, go ahead."),
        "angry": ("If you must.", "Fine, go on then."),
        "anxious": ("Yes, of course. Is it something bad?", "Yes, please do, anything that helps."),
        "quiet": ("Yes.", "Okay."),
        "chatty": ("Ask away, {doctor}, I've got all day.", "Of course, of course, you go ahead."),
        "stoic": ("Do what you have to do.", "Yes, go ahead."),
    },
    "agreed": {
        "": ("Yes, that makes sense, thank you.", "Yes, that's clear. Thank you.", "Yes, I'm happy with that."),
        "angry": ("I suppose so.", "Fine, as long as something gets done this time."),
        "anxious": ("I think so, yes. As long as you're sure.", "Yes, I think so. It's a relief to have a plan."),
        "quiet": ("Yes, okay.", "Okay. Thanks."),
        "low": ("I suppose so, yes.", "Okay, yes."),
        "chatty": (
            "Yes, that makes perfect sense, you explained that very nicely.",
            "Right you are, {doctor}, that's clear as day.",
        ),
        "slow": ("Let me see... yes, I think I've got that.", "Yes... yes, I follow you."),
        "stoic": ("Right you are, {doctor}.", "Yes, that'll do me."),
    },
    "explained": {
        "": (
            "Okay, I see.", "Right, okay.", "Okay, thank you for explaining.", "I see. Thank you, {doctor}.",
            "Okay, that makes sense.",
        ),
        "angry": (
            "Right. And how long is that going to take?", "Okay. So what happens now?", "Right.", "Fine.",
            "Okay, if that's what it takes.", "All right. I just want it sorted out.",
        ),
        "anxious": (
            "Okay... and that's not dangerous, is it?", "Oh. Okay. Thank you for explaining it.",
            "Right, okay. I'll try not to worry.", "Okay, I see.",
        ),
        "quiet": ("Okay.", "Right.", "I see.", "All right."),
        "low": ("Okay.", "All right, if you think so.", "Right. Okay.", "I see."),
        "chatty": (
            "Oh, I see! Well, that explains a lot.", "Right, right, I'll tell them that at home.",
            "Well, you learn something every day.", "Oh, right, I see.", "Is that so? Well I never.",
            "Okay, {doctor}, whatever you say.",
        ),
        "slow": ("Right... I see.", "Ah. Okay, {doctor}.", "Yes... I see.", "All right, {doctor}."),
        "stoic": ("Fair enough.", "Right you are.", "Okay, {doctor}.", "Understood."),
    },
    "comforted": {
        "": (
            "Thank you, {doctor}.", "Thank you, I appreciate that.", "Thanks. It's been a difficult time.",
            "Thank you for saying that.",
        ),
        "angry": ("Well, thank you. At least somebody's listening.", "Hm. Thanks.", "I just want it sorted out."),
        "anxious": (
            "Thank you. That makes me feel a bit better.", "Thanks, {doctor}. I've been so worried.",
            "Thank you, that helps.",
        ),
        "quiet": ("Thanks.", "Thank you."),
        "low": ("Thanks.", "Thank you. It's been hard.", "That's kind of you."),
        "chatty": (
            "Aw, that's kind of you, {doctor}.", "Thank you, you're very kind. They don't all listen like you.",
        ),
        "slow": ("Thank you. That's kind of you.", "Thank you, {doctor}."),
        "stoic": ("Ah well. You just get on with it, don't you?", "Thanks, but there are others worse off."),
    },
    "asks": {
        "": ("No, I don't think so. Thank you.", "No, I think you've covered it, thank you."),
        "angry": ("Yes, how soon will this be sorted out?", "No. Let's just get on with it."),
        "anxious": ("Just... is it anything serious?", "You'd tell me if it was something bad, wouldn't you?"),
        "quiet": ("No, thanks.", "I don't think so."),
        "low": ("No, I don't think so.", "Not really, no."),
        "chatty": ("No, {doctor}, you've been very thorough.", "Only whether you'll be the one I see next time?"),
    },
    "prefer": {
        "": ("I'd go with what you think is best, {doctor}.", "Whatever you'd recommend."),
        "angry": ("Whatever gets it sorted quickest.",),
        "quiet": ("Whatever you think.", "I don't mind."),
        "anxious": ("Whatever is safest, please.", "What would you do, {doctor}?"),
    },
    "farewell": {
        "": ("Thank you, {doctor}. Goodbye.", "Thanks very much. Bye.", "Thank you for your help. Goodbye."),
        "angry": ("Right. Goodbye.", "Thanks. Bye."),
        "anxious": (
            "Thank you so much, {doctor}. Bye.", "Thank you, I feel a bit better for having talked about it. Bye.",
        ),
        "quiet": ("Thanks. Bye.", "Bye."),
        "chatty": (
            "Thank you, {doctor}, you've been ever so kind. Bye now!", "Lovely talking to you, {doctor}. Bye bye!",
        ),
        "slow": ("Thank you, {doctor}. Goodbye now.", "Much obliged, {doctor}. Goodbye."),
    },
    "nod": {
        "": ("Yes.", "Mm-hm.", "Okay."),
        "chatty": ("Yes, that's right.", "Mm, yes."),
        "angry": ("Yes.", "Well?"),
        "anxious": ("Yes... is that bad?", "Mm-hm."),
    },
    "puzzled": {
        "": (
            "Sorry, I don't follow. I've just come about my health.",
            "I don't know what you mean, sorry. Can we talk about why I'm here?",
            "Sorry? I'm only here to see about my problem.",
        ),
        "angry": (
            "What are you on about? I'm here to see a doctor.",
            "I've no idea what you're talking about. Can we get on?",
        ),
        "anxious": (
            "Sorry, I don't understand. Is something wrong?",
            "I don't know what you mean by that. Can we talk about my problem, please?",
        ),
        "quiet": ("I don't understand.", "Sorry, I don't know what you mean."),
    },
    "asks diagnosis": {
        "": ("I was hoping you could tell me that, {doctor}.", "I don't know what it is. That's why I came."),
        "angry": ("You tell me. You're the one with the training.", "If I knew that I wouldn't be here."),
        "quiet": ("I don't know what it is.", "I was hoping you'd tell me."),
    },
    "no idea": {
        "": (
            "I really don't know what it could be. I was hoping you could tell me.",
            "I haven't got any ideas, to be honest.",
        ),
        "angry": ("If I knew that I wouldn't be sitting here.", "That's what I want you to find out."),
        "quiet": ("I don't know.", "No idea, really."),
        "anxious": (
            "I don't know. I've tried not to think about it too much.",
            "I don't know what it is, and that's what scares me.",
        ),
    },
    "no concern": {
        "": (
            "Nothing in particular. I just want to get it sorted out.",
            "Not really, I'd just like to know what it is.",
        ),
        "anxious": (
            "I suppose I'm worried it might be something serious.",
            "I just worry, that's all. I can't put my finger on it.",
        ),
        "angry": ("I'm concerned that nothing is being done.", "I just want it sorted."),
        "quiet": ("Not really.", "Nothing in particular."),
    },
    "no wish": {
        "": ("I was just hoping you could tell me what's going on.", "I'd just like to feel better, really."),
        "angry": ("I want somebody to do something about it.", "I want it sorted out, today."),
        "quiet": ("Just to get better.", "To find out what it is, I suppose."),
    },
    "again": {
        "": ("As I said, ", "Like I said, "),
        "angry": ("I've already told you: ", "As I said, "),
        "slow": ("I think I told you... ", "As I said, "),
    },
    "what was said": {"": ("I said ", "Sorry, I said "), "slow": ("I was saying... ",)},
    "private": {"": ("Yes, that's fine.", "Yes, I'm on my own, that's fine.", "Yes, I can talk here.")},
    "before": {
        "anxious": ("Um, ", "Well, um, ", "", "", ""),
        "angry": ("Look, ", "", "", ""),
        "slow": ("Well... ", "Let me think... ", "Now then... ", "", ""),
        "chatty": ("Oh, well, ", "Ooh, ", "Well, you see, ", "", ""),
        "low": ("", "", "I suppose... ", ""),
        "": ("",),
    },
    "after": {
        "anxious": (
            "", "", " Is that something to worry about?", "", " Sorry, I'm rambling, I'm just nervous.",
            " Could that be serious?", "",
        ),
        "angry": ("", "", " Can we get on with it?", "", " I've told all this to the receptionist already.", ""),
        "chatty": ("", " Anyway, that's me going on again.", "", "", " You know how it is.", ""),
        "stoic": ("", "", " It's probably nothing.", "", " I don't like to make a fuss."),
        "": ("",),
    },
}  # fmt: skip
