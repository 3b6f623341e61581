import type { Metadata } from "next";
import { links } from "../../../../components/links.ts";
import { NewPerson } from "../../../../components/people/new-person.tsx";
import { PersonPanel } from "../../../../components/people/person-panel.tsx";
import { RoleTable } from "../../../../components/people/role-table.tsx";
import { PageHeader } from "../../../../components/ui/page-header.tsx";
import { askedPage, pageOf } from "../../../../components/ui/pagination.model.ts";
import { Pagination } from "../../../../components/ui/pagination.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../components/ui/quantities.ts";
import { listPeople } from "../../../../lib/queries/people.ts";
import { loadView } from "../../load-view.ts";

export const metadata: Metadata = { title: "People and roles" };

/** Each with forms of its own: more of them at once take long to draw and are hard to look through. */
const PEOPLE_ON_A_PAGE = 50;

interface PeoplePageProps {
  readonly searchParams: Promise<{ readonly page?: string | string[] }>;
}

/** Who may sign in, and as what. */
export default async function PeoplePage({ searchParams }: PeoplePageProps) {
  const { view } = await loadView(listPeople);
  const page = pageOf(askedPage((await searchParams).page), PEOPLE_ON_A_PAGE, view.length);
  const shown = view.slice(Math.max(0, page.first - 1), page.last);
  return (
    <>
      <PageHeader title="People and roles">
        {formatNoun(view.length, "person", "people")}; a change counts from the person's next click on
      </PageHeader>
      <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-3">
          <Panel title="People" flush>
            <ul className="divide-y divide-line">
              {shown.map((person) => (
                <PersonPanel key={person.id} person={person} />
              ))}
            </ul>
            {page.pages > 1 && (
              <Pagination page={page} noun="people" href={(to) => links.people({ page: to })} />
            )}
          </Panel>
          <Panel
            id="roles"
            title="What each role may do"
            aside="whoever asked for an operation never reviews it, whatever their roles"
            flush
          >
            <RoleTable />
          </Panel>
        </div>
        <Panel title="Add a person">
          <NewPerson />
        </Panel>
      </div>
    </>
  );
}
