"""Every table of readers, lists and consents, as first released."""

import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import newsletter.characters
import subscribers.models.mailing_lists
import subscribers.models.people
import subscribers.models.privacy_requests
import subscribers.models.segments
import uuid
from django.conf import settings
from django.db import migrations, models

from newsletter.first_tables import FirstTables


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        FirstTables([
            migrations.CreateModel(
                name='Consent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('act', models.CharField(choices=[('requested', 'asked to subscribe'), ('confirmed', 'confirmed'), ('changed', 'changed'), ('withdrawn', 'withdrew'), ('imported', 'imported'), ('recorded', 'recorded by us'), ('lapsed', 'did not confirm in time'), ('erased', 'erased')], max_length=12, verbose_name='act')),
                    ('at', models.DateTimeField(verbose_name='when')),
                    ('channel', models.CharField(max_length=80, verbose_name='how')),
                    ('wording', models.TextField(blank=True, verbose_name='in which words')),
                    ('language', models.CharField(blank=True, max_length=2, verbose_name='language')),
                    ('origin', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='on what it rests')),
                    ('given_on', models.DateField(blank=True, null=True, verbose_name='given on')),
                    ('by_name', models.CharField(blank=True, db_default='', default='', max_length=150, verbose_name='by whom')),
                ],
                options={
                    'verbose_name': 'consent',
                    'verbose_name_plural': 'consents',
                    'ordering': ('at', 'pk'),
                },
            ),
            migrations.CreateModel(
                name='MailingList',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, validators=[newsletter.characters.refuse_in_line], verbose_name='name')),
                    ('slug', models.SlugField(unique=True, verbose_name='short name in links')),
                    ('promise', models.CharField(help_text='One sentence that says what readers get and when.', max_length=200, validators=[newsletter.characters.refuse_in_line], verbose_name='promise')),
                    ('language', models.CharField(choices=[('nl', 'Dutch'), ('en', 'English')], max_length=2, verbose_name='language')),
                    ('sender_name', models.CharField(max_length=60, validators=[newsletter.characters.refuse_in_line], verbose_name="sender's name")),
                    ('sender_address', models.EmailField(max_length=254, verbose_name="sender's address")),
                    ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], default=6, verbose_name='day')),
                    ('send_time', models.TimeField(default=datetime.time(8, 0), verbose_name='time')),
                    ('time_zone', models.CharField(default='Europe/Amsterdam', max_length=64, validators=[subscribers.models.mailing_lists.refuse_unknown_zone], verbose_name='time zone')),
                    ('pace_minutes', models.PositiveSmallIntegerField(default=30, help_text='0 sends as fast as possible and leaves nothing to stop.', validators=[django.core.validators.MaxValueValidator(720)], verbose_name='spread over minutes')),
                    ('group_size', models.PositiveSmallIntegerField(default=25, help_text='Used where the provider takes one reader at a time.', validators=[django.core.validators.MaxValueValidator(1000)], verbose_name='readers per group')),
                    ('proof_minutes', models.PositiveSmallIntegerField(default=30, help_text='When colleagues get what readers will get; 0 sends no proof.', validators=[django.core.validators.MaxValueValidator(720)], verbose_name='proof, in minutes before')),
                    ('has_first_wave', models.BooleanField(default=True, help_text='From 1,000 readers on, 1 % get it a minute before the others.', verbose_name='first to a few')),
                    ('own_morning', models.BooleanField(default=False, help_text='Readers who gave their time zone get it at this time there.', verbose_name="in each reader's own morning")),
                    ('pause_above_temporary', models.FloatField(default=5.0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='pause above this percentage of temporary failures')),
                    ('pause_above_permanent', models.FloatField(default=1.0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='pause above this percentage of permanent failures')),
                    ('pause_above_complaints', models.FloatField(default=0.1, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='pause above this percentage of complaints')),
                    ('pause_limits_from', models.PositiveIntegerField(default=500, help_text='Readers whose mail has left: before, one failure says little.', verbose_name='these limits hold from')),
                    ('needs_approval', models.BooleanField(default=True, verbose_name='needs approval')),
                    ('who_approves', models.CharField(choices=[('another_of_two', 'another than the last editor, if any'), ('another', 'always another than the last editor'), ('anyone', 'anyone who may approve')], default='another_of_two', max_length=14, verbose_name='who approves')),
                    ('has_reminders', models.BooleanField(default=True, help_text='Editors and publishers hear when a Sunday would stay without.', verbose_name='remind us by mail')),
                    ('empty_reminder_days', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MaxValueValidator(6)], verbose_name='still empty: days before')),
                    ('empty_reminder_time', models.TimeField(default=datetime.time(10, 0), verbose_name='at what time')),
                    ('unready_reminder_days', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MaxValueValidator(6)], verbose_name='not approved or scheduled: days before')),
                    ('unready_reminder_time', models.TimeField(default=datetime.time(18, 0), verbose_name='at what time')),
                    ('reserve_use', models.CharField(choices=[('offered', 'offer it to publishers'), ('by_itself', 'schedule it by itself')], default='offered', help_text='When at that time nothing is approved for the coming issue.', max_length=10, verbose_name='an approved reserve')),
                    ('sign_ups_per_hour', models.PositiveSmallIntegerField(default=500, help_text='More are asked to come back in an hour: a machine may be at work. Raise it before you are on television.', validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(10000)], verbose_name='sign-ups in an hour')),
                    ('has_welcome_mail', models.BooleanField(default=True, help_text='Who confirms gets the latest issue at once, to read along.', verbose_name='mail of welcome')),
                    ('welcome_words', models.TextField(blank=True, help_text='Above the latest issue in that mail. Empty is a short greeting.', max_length=600, validators=[newsletter.characters.refuse_in_text], verbose_name='words of welcome')),
                    ('has_months_best', models.BooleanField(default=False, help_text='Readers may choose to get only that one issue. A publisher marks it, so somebody has to think of it every month.', verbose_name='the best of the month')),
                    ('organisation', models.CharField(max_length=120, validators=[newsletter.characters.refuse_in_line], verbose_name='organisation')),
                    ('postal_address', models.CharField(help_text='The law asks for it in every mail.', max_length=200, validators=[newsletter.characters.refuse_in_line], verbose_name='postal address')),
                    ('registration', models.CharField(blank=True, help_text='KvK 12345678', max_length=40, verbose_name='registration number')),
                    ('website', models.URLField(blank=True, verbose_name='website')),
                    ('accent_colour', models.CharField(default='#9A4A32', help_text='Links, buttons and the name of a rubric.', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'Give a colour such as #9A4A32.', code='no_colour')], verbose_name='colour')),
                    ('second_colour', models.CharField(blank=True, help_text='The quiet parts, such as the moment of rest. Empty is sage.', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'Give a colour such as #9A4A32.', code='no_colour')], verbose_name='second colour')),
                    ('logo', models.ImageField(blank=True, help_text='PNG, best 560 pixels wide with a clear ground. Without one the name stands there in type.', upload_to='logos', verbose_name='logo')),
                    ('logo_width', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='width of the logo as shown')),
                    ('logo_height', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='height of the logo as shown')),
                    ('list_id', models.CharField(help_text='Stays the same for ever, such as zondag.example.nl.', max_length=200, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9.-]+\\.[A-Za-z0-9-]+$')], verbose_name='List-ID')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ],
                options={
                    'verbose_name': 'newsletter',
                    'verbose_name_plural': 'newsletters',
                    'ordering': ('pk',),
                },
            ),
            migrations.CreateModel(
                name='Allowance',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=30)),
                    ('key', models.CharField(max_length=64)),
                    ('slot', models.PositiveSmallIntegerField()),
                    ('used_at', models.DateTimeField(db_index=True)),
                ],
                options={
                    'verbose_name': 'allowance',
                    'verbose_name_plural': 'allowances',
                    'constraints': [models.UniqueConstraint(fields=('name', 'key', 'slot'), name='one_allowance_per_slot')],
                },
            ),
            migrations.CreateModel(
                name='Chore',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('about', models.CharField(max_length=160, verbose_name='readers')),
                    ('kind', models.CharField(blank=True, choices=[('tag', 'give them a tag'), ('untag', 'take a tag away from them'), ('unsubscribe', 'unsubscribe them'), ('block', 'block their addresses')], max_length=11, verbose_name='what')),
                    ('note', models.CharField(blank=True, max_length=200, validators=[newsletter.characters.refuse_in_line], verbose_name='why')),
                    ('state', models.CharField(choices=[('asked', 'not decided yet'), ('running', 'being done'), ('done', 'done'), ('stopped', 'stopped')], default='asked', max_length=7, verbose_name='state')),
                    ('readers', models.PositiveIntegerField(default=0, verbose_name='readers')),
                    ('done', models.PositiveIntegerField(default=0)),
                    ('changed', models.PositiveIntegerField(default=0)),
                    ('token', models.UUIDField(null=True)),
                    ('lease_until', models.DateTimeField(null=True)),
                    ('created_at', models.DateTimeField(db_index=True, verbose_name='when')),
                    ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
                    ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by whom')),
                    ('mailing_list', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='subscribers.mailinglist', verbose_name='newsletter')),
                ],
                options={
                    'verbose_name': 'chore',
                    'verbose_name_plural': 'chores',
                    'ordering': ('-pk',),
                },
            ),
            migrations.CreateModel(
                name='ConsentEvidence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('ip_address', models.GenericIPAddressField(null=True)),
                    ('user_agent', models.CharField(blank=True, max_length=300)),
                    ('consent', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='subscribers.consent')),
                ],
                options={
                    'verbose_name': 'evidence',
                    'verbose_name_plural': 'evidence',
                },
            ),
            migrations.CreateModel(
                name='Import',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('state', models.CharField(choices=[('chosen', 'file chosen'), ('reading', 'being looked through'), ('read', 'looked through'), ('taking_in', 'being taken in'), ('stopped', 'stopped halfway'), ('done', 'taken in'), ('undoing', 'being undone'), ('undone', 'undone'), ('failed', 'could not be read'), ('dropped', 'thrown away')], default='chosen', max_length=9, verbose_name='state')),
                    ('file_name', models.CharField(max_length=200, verbose_name='file')),
                    ('stored_as', models.CharField(blank=True, editable=False, max_length=64)),
                    ('sha256', models.CharField(blank=True, editable=False, max_length=64)),
                    ('layouts', models.JSONField(default=list, editable=False)),
                    ('rows_read', models.PositiveIntegerField(default=0, verbose_name='rows')),
                    ('rows_done', models.PositiveIntegerField(default=0)),
                    ('report', models.JSONField(default=dict, editable=False)),
                    ('result', models.JSONField(default=dict, editable=False)),
                    ('trouble', models.CharField(blank=True, editable=False, max_length=300)),
                    ('origin', models.CharField(blank=True, help_text='It stays with each of them: where they signed up, such as the form on our site, kept in Mailchimp. No names, no addresses.', max_length=200, validators=[newsletter.characters.refuse_in_line, django.core.validators.MinLengthValidator(5)], verbose_name='where their consent comes from')),
                    ('wording', models.TextField(blank=True, help_text='The sentence beside the button or the box they ticked.', max_length=600, validators=[newsletter.characters.refuse_in_text, django.core.validators.MinLengthValidator(5)], verbose_name='to which words they agreed')),
                    ('agreed_on', models.DateField(blank=True, help_text='For rows that do not say when themselves.', null=True, verbose_name='day they agreed')),
                    ('first_issue_on', models.DateField(blank=True, help_text='New readers get their first issue spread over four weeks, so that mail providers get to know us. Empty lets all of them read along at once.', null=True, verbose_name='first of four Sundays')),
                    ('by_name', models.CharField(blank=True, editable=False, max_length=150)),
                    ('created_at', models.DateTimeField(verbose_name='chosen')),
                    ('confirmed_at', models.DateTimeField(null=True, verbose_name='agreed to')),
                    ('finished_at', models.DateTimeField(null=True, verbose_name='done')),
                    ('busy_until', models.DateTimeField(editable=False, null=True)),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('mailing_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='subscribers.mailinglist', verbose_name='newsletter')),
                ],
                options={
                    'verbose_name': 'import',
                    'verbose_name_plural': 'imports',
                    'ordering': ('-pk',),
                    'permissions': (('export_import', 'Can export subscribers'),),
                },
            ),
            migrations.CreateModel(
                name='ImportRow',
                fields=[
                    ('pk', models.CompositePrimaryKey('source_id', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField()),
                    ('part', models.PositiveSmallIntegerField(default=0)),
                    ('line', models.PositiveIntegerField()),
                    ('address', models.CharField(blank=True, max_length=254)),
                    ('address_key', models.CharField(blank=True, max_length=254)),
                    ('address_hash', models.CharField(blank=True, max_length=64)),
                    ('first_name', models.CharField(blank=True, max_length=60)),
                    ('standing', models.CharField(choices=[('subscribed', 'subscribed'), ('unsubscribed', 'unsubscribed'), ('bounced', 'address does not exist'), ('complained', 'reported mail as spam'), ('blocked', 'blocked'), ('never_asked', 'never asked for mail, or did not confirm')], default='subscribed', max_length=12)),
                    ('agreed_at', models.DateTimeField(null=True)),
                    ('left_at', models.DateTimeField(null=True)),
                    ('left_out', models.CharField(blank=True, choices=[('invalid', 'cannot be read'), ('double', 'stands in the file twice'), ('never_asked', 'never asked for mail, or did not confirm')], max_length=11)),
                    ('reason', models.CharField(blank=True, max_length=160)),
                    ('uuid', models.UUIDField()),
                    ('token', models.CharField(max_length=32)),
                    ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='subscribers.import')),
                ],
                options={
                    'verbose_name': 'row of an import',
                    'verbose_name_plural': 'rows of an import',
                },
            ),
            migrations.CreateModel(
                name='FormSite',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('origin', models.CharField(max_length=255, verbose_name='site')),
                    ('mailing_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='form_sites', to='subscribers.mailinglist', verbose_name='newsletter')),
                ],
                options={
                    'verbose_name': 'site with our form',
                    'verbose_name_plural': 'sites with our form',
                    'ordering': ('origin',),
                },
            ),
            migrations.AddField(
                model_name='consent',
                name='mailing_list',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='subscribers.mailinglist'),
            ),
            migrations.CreateModel(
                name='Segment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=80, validators=[newsletter.characters.refuse_in_line], verbose_name='name')),
                    ('match', models.CharField(choices=[('all', 'all of these'), ('any', 'at least one of these')], default='all', max_length=3, verbose_name='readers who fit')),
                    ('conditions', models.JSONField(default=list, validators=[subscribers.models.segments.refuse_unknown_conditions], verbose_name='conditions')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                    ('mailing_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='segments', to='subscribers.mailinglist', verbose_name='newsletter')),
                ],
                options={
                    'verbose_name': 'segment',
                    'verbose_name_plural': 'segments',
                    'ordering': ('mailing_list', 'name'),
                },
            ),
            migrations.CreateModel(
                name='SignUpSource',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(help_text='For yourselves: poster in the library, podcast of May.', max_length=80, validators=[newsletter.characters.refuse_in_line], verbose_name='name')),
                    ('slug', models.SlugField(max_length=40, unique=True, verbose_name='short name in links')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                    ('mailing_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='subscribers.mailinglist', verbose_name='newsletter')),
                ],
                options={
                    'verbose_name': 'way in',
                    'verbose_name_plural': 'ways in',
                    'ordering': ('mailing_list', 'name'),
                },
            ),
            migrations.CreateModel(
                name='StayRound',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('quiet_months', models.PositiveSmallIntegerField(default=18, help_text='Got mail, and in all that time changed nothing on their page and wrote nothing. What they read we do not know: many of them read every Sunday.', validators=[django.core.validators.MinValueValidator(6), django.core.validators.MaxValueValidator(120)], verbose_name='quiet for so many months')),
                    ('answer_weeks', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(26)], verbose_name='weeks to answer')),
                    ('started_at', models.DateTimeField(verbose_name='begun')),
                    ('started_by', models.CharField(max_length=150, verbose_name='by whom')),
                    ('letting_go_at', models.DateTimeField(null=True, verbose_name='letting go since')),
                    ('letting_go_by', models.CharField(blank=True, max_length=150, verbose_name='by whom')),
                    ('mailing_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stay_rounds', to='subscribers.mailinglist', verbose_name='newsletter')),
                ],
                options={
                    'verbose_name': 'round of staying',
                    'verbose_name_plural': 'rounds of staying',
                    'ordering': ('-started_at',),
                },
            ),
            migrations.CreateModel(
                name='Subscriber',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                    ('address', models.CharField(blank=True, max_length=254, verbose_name='address')),
                    ('address_key', models.CharField(editable=False, max_length=254, null=True, unique=True)),
                    ('address_hash', models.CharField(db_index=True, editable=False, max_length=64)),
                    ('first_name', models.CharField(blank=True, max_length=60, validators=[newsletter.characters.refuse_in_line], verbose_name='first name')),
                    ('time_zone', models.CharField(blank=True, max_length=64, validators=[subscribers.models.mailing_lists.refuse_unknown_zone], verbose_name='time zone')),
                    ('created_at', models.DateTimeField(verbose_name='known since')),
                    ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='erased')),
                    ('merged_into', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='subscribers.subscriber')),
                ],
                options={
                    'verbose_name': 'subscriber',
                    'verbose_name_plural': 'subscribers',
                    'ordering': ('-pk',),
                },
            ),
            migrations.CreateModel(
                name='PrivacyRequest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('access', 'see what we know (art. 15)'), ('rectification', 'put something right (art. 16)'), ('erasure', 'be forgotten (art. 17)'), ('portability', 'take their data along (art. 20)'), ('objection', 'object to what we do (art. 21)')], max_length=13, verbose_name='what is asked')),
                    ('way', models.CharField(choices=[('mail', 'by mail'), ('letter', 'by letter'), ('phone', 'by phone'), ('otherwise', 'otherwise')], max_length=9, verbose_name='how it came in')),
                    ('received_on', models.DateField(validators=[subscribers.models.privacy_requests.refuse_day_to_come], verbose_name='received on')),
                    ('answer_by', models.DateField(db_index=True, editable=False, verbose_name='answer by')),
                    ('address', models.CharField(blank=True, max_length=254, validators=[newsletter.characters.refuse_in_line], verbose_name='address')),
                    ('name', models.CharField(blank=True, max_length=120, validators=[newsletter.characters.refuse_in_line], verbose_name='name')),
                    ('asked', models.TextField(blank=True, max_length=4000, validators=[newsletter.characters.refuse_in_text], verbose_name='in their words')),
                    ('taken_in_at', models.DateTimeField(verbose_name='written down')),
                    ('taken_in_by', models.CharField(max_length=150, verbose_name='by whom')),
                    ('identity_checked_at', models.DateTimeField(null=True, verbose_name='identity checked')),
                    ('identity_how', models.CharField(blank=True, max_length=200, verbose_name='how')),
                    ('identity_by', models.CharField(blank=True, max_length=150, verbose_name='by whom')),
                    ('extended_at', models.DateTimeField(null=True, verbose_name='extended')),
                    ('extension_reason', models.CharField(blank=True, max_length=300, verbose_name='why')),
                    ('answer', models.TextField(blank=True, verbose_name='our answer')),
                    ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                    ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                    ('closed_by', models.CharField(blank=True, max_length=150, verbose_name='by whom')),
                    ('outcome', models.CharField(blank=True, choices=[('done', 'done as asked'), ('partly', 'done in part'), ('refused', 'refused, with the reason'), ('unknown', 'we know nothing of this person'), ('withdrawn', 'taken back')], max_length=9, verbose_name='outcome')),
                    ('outcome_note', models.CharField(blank=True, max_length=300, verbose_name='what was done')),
                    ('subscriber', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='privacy_requests', to='subscribers.subscriber', verbose_name='subscriber')),
                ],
                options={
                    'verbose_name': 'privacy request',
                    'verbose_name_plural': 'privacy requests',
                    'ordering': ('-received_on', '-pk'),
                },
            ),
            migrations.CreateModel(
                name='Note',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('text', models.TextField(max_length=2000, validators=[newsletter.characters.refuse_in_text], verbose_name='note')),
                    ('at', models.DateTimeField(verbose_name='when')),
                    ('author_name', models.CharField(max_length=150, verbose_name='who, by name')),
                    ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                    ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='subscribers.subscriber')),
                ],
                options={
                    'verbose_name': 'note',
                    'verbose_name_plural': 'notes',
                    'ordering': ('-at', '-pk'),
                },
            ),
            migrations.CreateModel(
                name='FormerAddress',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('address_hash', models.CharField(db_index=True, max_length=64)),
                    ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_addresses', to='subscribers.subscriber')),
                ],
                options={
                    'verbose_name': 'former address',
                    'verbose_name_plural': 'former addresses',
                },
            ),
            migrations.AddField(
                model_name='consent',
                name='subscriber',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='subscribers.subscriber'),
            ),
            migrations.CreateModel(
                name='ChoreReader',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('chore', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='waiting', to='subscribers.chore')),
                    ('subscriber', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='subscribers.subscriber')),
                ],
                options={
                    'verbose_name': 'reader of a chore',
                    'verbose_name_plural': 'readers of chores',
                },
            ),
            migrations.CreateModel(
                name='AddressChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('address', models.CharField(max_length=254)),
                    ('asked_at', models.DateTimeField()),
                    ('subscriber', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='address_change', to='subscribers.subscriber')),
                ],
                options={
                    'verbose_name': 'change of address',
                    'verbose_name_plural': 'changes of address',
                },
            ),
            migrations.CreateModel(
                name='Subscription',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('state', models.CharField(choices=[('pending', 'not confirmed yet'), ('confirmed', 'confirmed'), ('unsubscribed', 'unsubscribed')], default='pending', max_length=12, verbose_name='state')),
                    ('token', models.CharField(default=subscribers.models.people.make_unsubscribe_token, editable=False, max_length=32, unique=True)),
                    ('source', models.CharField(blank=True, max_length=120, verbose_name='source')),
                    ('created_at', models.DateTimeField(verbose_name='asked')),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed')),
                    ('unsubscribed_at', models.DateTimeField(blank=True, null=True, verbose_name='unsubscribed')),
                    ('unsubscribed_through', models.CharField(blank=True, max_length=80, verbose_name='unsubscribed through')),
                    ('leaving_reason', models.CharField(blank=True, choices=[('too_often', 'too much mail'), ('not_for_me', 'not about what I am after'), ('never_asked', 'I never asked for it'), ('read_elsewhere', 'I read it elsewhere, or on another address'), ('otherwise', 'something else')], max_length=15, verbose_name='reason for leaving')),
                    ('paused_until', models.DateField(blank=True, null=True, verbose_name='paused until')),
                    ('first_issue_on', models.DateField(blank=True, null=True, verbose_name='first issue on')),
                    ('rhythm', models.CharField(choices=[('every_issue', 'every issue'), ('months_best', 'only the best of the month')], default='every_issue', max_length=11, verbose_name='how often')),
                    ('mailing_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='subscribers.mailinglist')),
                    ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='subscribers.subscriber')),
                ],
                options={
                    'verbose_name': 'subscription',
                    'verbose_name_plural': 'subscriptions',
                },
            ),
            migrations.CreateModel(
                name='StayQuestion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('asked_at', models.DateTimeField(null=True)),
                    ('stayed_at', models.DateTimeField(null=True)),
                    ('settled_at', models.DateTimeField(null=True)),
                    ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='subscribers.stayround')),
                    ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stay_questions', to='subscribers.subscription')),
                ],
                options={
                    'verbose_name': 'question to stay',
                    'verbose_name_plural': 'questions to stay',
                },
            ),
            migrations.CreateModel(
                name='ImportChange',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField()),
                    ('state', models.CharField(choices=[('pending', 'not confirmed yet'), ('confirmed', 'confirmed'), ('unsubscribed', 'unsubscribed')], max_length=12)),
                    ('source_of_it', models.CharField(blank=True, max_length=120)),
                    ('confirmed_at', models.DateTimeField(null=True)),
                    ('unsubscribed_at', models.DateTimeField(null=True)),
                    ('unsubscribed_through', models.CharField(blank=True, max_length=80)),
                    ('leaving_reason', models.CharField(blank=True, max_length=15)),
                    ('paused_until', models.DateField(null=True)),
                    ('first_issue_on', models.DateField(null=True)),
                    ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='subscribers.import')),
                    ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='import_changes', to='subscribers.subscription')),
                ],
                options={
                    'verbose_name': 'change by an import',
                    'verbose_name_plural': 'changes by an import',
                },
            ),
            migrations.CreateModel(
                name='Suppression',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('address_hash', models.CharField(editable=False, max_length=64)),
                    ('reason', models.CharField(choices=[('hard_bounce', 'the address does not exist'), ('soft_bounces', 'the mailbox took no mail of ours for weeks'), ('complaint', 'the reader reported our mail as spam'), ('erasure', 'the reader asked to be forgotten'), ('staff', 'blocked by us')], max_length=12, verbose_name='reason')),
                    ('at', models.DateTimeField(verbose_name='since')),
                    ('note', models.CharField(blank=True, max_length=200, validators=[newsletter.characters.refuse_in_text], verbose_name='note')),
                ],
                options={
                    'verbose_name': 'blocked address',
                    'verbose_name_plural': 'blocked addresses',
                    'constraints': [models.UniqueConstraint(fields=('address_hash', 'reason'), name='one_suppression_per_reason')],
                },
            ),
            migrations.CreateModel(
                name='Tag',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=40, validators=[newsletter.characters.refuse_in_line], verbose_name='name')),
                    ('subscribers', models.ManyToManyField(blank=True, related_name='tags', to='subscribers.subscriber', verbose_name='subscribers')),
                ],
                options={
                    'verbose_name': 'tag',
                    'verbose_name_plural': 'tags',
                    'ordering': ('name',),
                },
            ),
            migrations.AddField(
                model_name='chore',
                name='tag',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='subscribers.tag', verbose_name='tag'),
            ),
            migrations.CreateModel(
                name='Topic',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=60, validators=[newsletter.characters.refuse_in_line], verbose_name='name')),
                    ('promise', models.CharField(blank=True, help_text='What who chooses it gets, in one short sentence.', max_length=160, validators=[newsletter.characters.refuse_in_line], verbose_name='promise')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='place')),
                    ('is_offered', models.BooleanField(default=True, help_text='Who chose it keeps it when it is no longer on offer.', verbose_name='on offer')),
                    ('mailing_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='subscribers.mailinglist', verbose_name='newsletter')),
                ],
                options={
                    'verbose_name': 'topic',
                    'verbose_name_plural': 'topics',
                    'ordering': ('mailing_list', 'position', 'name'),
                },
            ),
            migrations.AddField(
                model_name='subscription',
                name='topics',
                field=models.ManyToManyField(blank=True, related_name='subscriptions', to='subscribers.topic', verbose_name='topics'),
            ),
            migrations.AddConstraint(
                model_name='import',
                constraint=models.CheckConstraint(condition=models.Q(('confirmed_at__isnull', True), models.Q(models.Q(('origin', ''), _negated=True), models.Q(('wording', ''), _negated=True), ('agreed_on__isnull', False)), _connector='OR'), name='import_names_its_consent'),
            ),
            migrations.AddConstraint(
                model_name='formsite',
                constraint=models.UniqueConstraint(fields=('mailing_list', 'origin'), name='form_site_once_per_list', violation_error_message='This site is there already.'),
            ),
            migrations.AddConstraint(
                model_name='segment',
                constraint=models.UniqueConstraint(fields=('mailing_list', 'name'), name='segment_name_once_per_list', violation_error_message='There is a segment of that name.'),
            ),
            migrations.AddConstraint(
                model_name='subscriber',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('address_key__isnull', False), ('erased_at__isnull', True)), models.Q(('address_key__isnull', True), ('erased_at__isnull', False)), _connector='OR'), name='subscriber_has_a_key_unless_erased'),
            ),
            migrations.AddConstraint(
                model_name='privacyrequest',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('outcome', '')), models.Q(('closed_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='closed_request_says_how_it_ended'),
            ),
            migrations.AddConstraint(
                model_name='privacyrequest',
                constraint=models.CheckConstraint(condition=models.Q(('identity_checked_at__isnull', True), models.Q(models.Q(('identity_how', ''), _negated=True), models.Q(('identity_by', ''), _negated=True)), _connector='OR'), name='checked_identity_says_how_and_by_whom'),
            ),
            migrations.AddConstraint(
                model_name='privacyrequest',
                constraint=models.CheckConstraint(condition=models.Q(('extended_at__isnull', True), models.Q(('extension_reason', ''), _negated=True), _connector='OR'), name='extended_request_says_why'),
            ),
            migrations.AddConstraint(
                model_name='formeraddress',
                constraint=models.UniqueConstraint(fields=('subscriber', 'address_hash'), name='former_address_once'),
            ),
            migrations.AddConstraint(
                model_name='consent',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('act', 'recorded'), _negated=True), models.Q(models.Q(('by_name', ''), _negated=True), models.Q(('origin', ''), _negated=True), models.Q(('wording', ''), _negated=True), ('given_on__isnull', False)), _connector='OR'), name='recorded_consent_says_by_whom_and_on_what'),
            ),
            migrations.AddConstraint(
                model_name='chorereader',
                constraint=models.UniqueConstraint(fields=('chore', 'subscriber'), name='reader_once_in_a_chore'),
            ),
            migrations.AddIndex(
                model_name='stayquestion',
                index=models.Index(condition=models.Q(('asked_at', None), ('settled_at', None)), fields=['round'], name='questions_to_be_asked'),
            ),
            migrations.AddConstraint(
                model_name='stayquestion',
                constraint=models.UniqueConstraint(fields=('round', 'subscription'), name='asked_once_a_round'),
            ),
            migrations.AddConstraint(
                model_name='importchange',
                constraint=models.UniqueConstraint(fields=('source', 'subscription'), name='one_change_per_import'),
            ),
            migrations.AddConstraint(
                model_name='tag',
                constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='tag_once_in_any_case', violation_error_message='This tag is there already.'),
            ),
            migrations.AddConstraint(
                model_name='chore',
                constraint=models.CheckConstraint(condition=models.Q(('state', 'asked'), models.Q(('kind', ''), _negated=True), _connector='OR'), name='chore_that_runs_says_what'),
            ),
            migrations.AddConstraint(
                model_name='topic',
                constraint=models.UniqueConstraint(fields=('mailing_list', 'name'), name='topic_once_per_list', violation_error_message='This newsletter has that topic already.'),
            ),
            migrations.AddIndex(
                model_name='subscription',
                index=models.Index(fields=['mailing_list', 'state'], name='list_and_state'),
            ),
            migrations.AddIndex(
                model_name='subscription',
                index=models.Index(condition=models.Q(('unsubscribed_at__isnull', False)), fields=['mailing_list', 'unsubscribed_at'], name='list_and_leaving'),
            ),
            migrations.AddConstraint(
                model_name='subscription',
                constraint=models.UniqueConstraint(fields=('subscriber', 'mailing_list'), name='one_subscription_per_list'),
            ),
            migrations.AddConstraint(
                model_name='subscription',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), ('confirmed_at__isnull', False), _connector='OR'), name='confirmed_subscription_says_when'),
            ),
        ]),
    ]
