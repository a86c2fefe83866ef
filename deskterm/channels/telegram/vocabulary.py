"""Names of the Bot API's fields, as of aiogram 3.31, that tell what in a message is its content."""

from __future__ import annotations


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


PLAIN_SERVICE = _names("""
    new_chat_photo delete_chat_photo group_chat_created supergroup_chat_created channel_chat_created
    message_auto_delete_timer_changed chat_owner_left chat_owner_changed gift unique_gift gift_upgrade_sent
    write_access_allowed proximity_alert_triggered boost_added chat_background_set checklist_tasks_done
    checklist_tasks_added direct_message_price_changed paid_message_price_changed forum_topic_closed
    forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden giveaway_created giveaway_winners
    giveaway_completed managed_bot_created poll_option_added poll_option_deleted suggested_post_approved
    suggested_post_approval_failed suggested_post_declined suggested_post_paid suggested_post_refunded
    video_chat_scheduled video_chat_started video_chat_ended video_chat_participants_invited community_chat_added
    community_chat_removed community_chat_joined user_shared
""")
"""Service messages whose name says enough."""

ABOUT = _names("""
    message_id message_thread_id direct_messages_topic from sender_chat sender_boost_count sender_business_bot
    sender_tag date guest_query_id business_connection_id chat forward_origin is_topic_message is_automatic_forward
    reply_to_message external_reply quote reply_to_story reply_to_checklist_task_id reply_to_poll_option_id via_bot
    guest_bot_caller_user guest_bot_caller_chat edit_date has_protected_content is_from_offline is_paid_post
    media_group_id author_signature paid_star_count text entities link_preview_options suggested_post_info effect_id
    caption caption_entities show_caption_above_media has_media_spoiler reply_markup receiver_user
    ephemeral_message_id forward_date forward_from forward_from_chat forward_from_message_id forward_sender_name
    forward_signature
""")
"""Fields that say something about a message and are not its content."""

ALLOWED_UPDATES = sorted(
    _names("""
    message edited_message channel_post edited_channel_post business_connection business_message edited_business_message
    deleted_business_messages guest_message message_reaction message_reaction_count inline_query chosen_inline_result
    callback_query shipping_query pre_checkout_query purchased_paid_media poll poll_answer my_chat_member chat_member
    chat_join_request chat_boost removed_chat_boost managed_bot subscription stopped_message_generation
    """)
)
"""What the desk asks for, in every call: every kind there is, since a kind left out is lost without a word. The server
remembers the last list it was given (Bot API, getUpdates)."""
